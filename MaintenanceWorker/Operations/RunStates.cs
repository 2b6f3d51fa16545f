using ConversationData.Operations.Runs;

namespace MaintenanceWorker.Operations;

/// <summary>States by name, as the API and the database write them.</summary>
internal static class RunStates
{
    public static string NameOf(RunState state) => state switch
    {
        RunState.Queued => "queued",
        RunState.Running => "running",
        RunState.Succeeded => "succeeded",
        RunState.Failed => "failed",
        RunState.Cancelled => "cancelled",
        _ => "interrupted",
    };

    public static RunState? Find(string name) => Enum.GetValues<RunState>().Cast<RunState?>().FirstOrDefault(state => NameOf(state!.Value) == name);

    public static bool IsEnd(RunState state) => state is not (RunState.Queued or RunState.Running);
}
