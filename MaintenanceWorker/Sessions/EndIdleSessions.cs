using MaintenanceWorker.Operations;

namespace MaintenanceWorker.Sessions;

internal sealed class EndIdleSessions(IdleSessions sessions) : IOperationHandler
{
    public async Task<OperationResult> RunAsync(OperationCall call, CancellationToken cancellationToken)
    {
        var found = await sessions.FindAsync(new(call.Arguments.Duration("idle-for")!.Value, call.Arguments.Flag("in-transaction"), Endable: true, End: !call.DryRun), call.Warn, cancellationToken);
        foreach (var session in found.Where(session => session.Ended == true))
            call.Log($"{session.Server}: ended session {session.Pid} of {session.User} ('{session.Application}'), {session.State} for {session.IdleSeconds} s");
        return OperationResult.Of(found, SessionJson.Default.IReadOnlyListIdleSession,
            call.DryRun ? $"{Counted.Of(found.Count, "session")} would be ended" : $"{Counted.Of(found.Count(session => session.Ended == true), "session")} ended");
    }
}
