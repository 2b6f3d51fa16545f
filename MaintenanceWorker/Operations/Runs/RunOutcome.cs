using ConversationData.Connections;
using ConversationData.Operations.Runs;

namespace MaintenanceWorker.Operations.Runs;

/// <summary>How a run ended.</summary>
/// <param name="State">One of the ends.</param>
/// <param name="Result">What it found or did, when it succeeded.</param>
/// <param name="Error">Why it did not, in words for a person.</param>
internal sealed record RunOutcome(RunState State, OperationResult? Result, string? Error)
{
    private const string Doubt = "It is not known whether all of it was done.";

    /// <summary>In one sentence.</summary>
    public string Text => Error ?? Result?.Summary ?? "";

    /// <summary>The end of a run of which a commit is in doubt.</summary>
    public static RunOutcome InDoubt(CommitInDoubtException exception) => new(RunState.Interrupted, null, $"{Doubt} {exception.Message} Look at the result before you ask again.");

    /// <summary>Whether an error, also one that was read from the record, tells of a commit in doubt.</summary>
    public static bool IsOfDoubt(string error) => error.StartsWith(Doubt, StringComparison.Ordinal);
}
