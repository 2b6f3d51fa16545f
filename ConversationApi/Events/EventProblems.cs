using ServiceDefaults.Problems;

namespace ConversationApi.Events;

/// <summary>What can be wrong with listening.</summary>
public static class EventProblems
{
    /// <summary>This replica has as many listeners as it takes.</summary>
    public static readonly ProblemType TooManyListeners = new("too-many-listeners", StatusCodes.Status503ServiceUnavailable, "Too many listeners");
}
