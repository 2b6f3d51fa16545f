using ServiceDefaults.Problems;

namespace ConversationApi.Conversations;

/// <summary>Why a conversation is not changed.</summary>
public static class ConversationProblems
{
    /// <summary>The request must say which version it changes.</summary>
    public static readonly ProblemType PreconditionRequired = new("precondition-required", StatusCodes.Status428PreconditionRequired, "If-Match is needed");

    /// <summary>It has changed since the client looked.</summary>
    public static readonly ProblemType PreconditionFailed = new("precondition-failed", StatusCodes.Status412PreconditionFailed, "It has changed meanwhile");
}
