using MaintenanceWorker.Operations;

namespace MaintenanceWorker.Sessions;

internal sealed class ListIdleSessions(IdleSessions sessions) : IOperationHandler
{
    public async Task<OperationResult> RunAsync(OperationCall call, CancellationToken cancellationToken)
    {
        var found = await sessions.FindAsync(new(call.Arguments.Duration("idle-for")!.Value, InTransaction: true, Endable: false, End: false), call.Warn, cancellationToken);
        return OperationResult.Of(found, SessionJson.Default.IReadOnlyListIdleSession,
            $"{Counted.Of(found.Count, "session")}, {found.Count(session => session.State != "idle")} of them in a transaction");
    }
}
