using ConversationData.Operations.Runs;

namespace MaintenanceWorker.Operations.Runs;

/// <summary>How a run ended.</summary>
/// <param name="State">One of the ends.</param>
/// <param name="Result">What it found or did, when it succeeded.</param>
/// <param name="Error">Why it did not, in words for a person.</param>
internal sealed record RunOutcome(RunState State, OperationResult? Result, string? Error)
{
    /// <summary>In one sentence.</summary>
    public string Text => Error ?? Result?.Summary ?? "";
}
