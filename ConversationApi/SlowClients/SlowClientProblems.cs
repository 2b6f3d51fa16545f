using ServiceDefaults.Problems;

namespace ConversationApi.SlowClients;

/// <summary>What a client is told when too much is on its way already.</summary>
public static class SlowClientProblems
{
    /// <summary>Answers that clients have not read yet keep as much memory as they may.</summary>
    public static readonly ProblemType TooManyLargeAnswers = new("too-many-large-answers", StatusCodes.Status503ServiceUnavailable, "Too many large answers");
}
