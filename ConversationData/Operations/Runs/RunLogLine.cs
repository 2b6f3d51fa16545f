namespace ConversationData.Operations.Runs;

/// <summary>One line of what a run said.</summary>
public sealed class RunLogLine
{
    /// <summary>The run.</summary>
    public Guid RunId { get; set; }

    /// <summary>1 for the first.</summary>
    public int Line { get; set; }

    /// <summary>When it was said.</summary>
    public DateTimeOffset LoggedAt { get; set; }

    /// <summary>information, warning or error.</summary>
    public string Level { get; set; } = "";

    /// <summary>What was said.</summary>
    public string Message { get; set; } = "";
}
