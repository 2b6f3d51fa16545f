namespace ConversationData.Operations.Runs;

/// <summary>How far a run got; the PostgreSQL type is <c>ops.run_state</c>.</summary>
public enum RunState
{
    /// <summary>Asked for, not yet taken by a worker.</summary>
    Queued,

    /// <summary>A worker has it and says so every few seconds.</summary>
    Running,

    /// <summary>Done.</summary>
    Succeeded,

    /// <summary>Ended with an error.</summary>
    Failed,

    /// <summary>Ended because somebody asked for it.</summary>
    Cancelled,

    /// <summary>Its worker died or was stopped; how much was done is not known.</summary>
    Interrupted,
}
