using ServiceDefaults.Problems;

namespace ConversationApi;

/// <summary>What was asked cannot be done, and nothing of it was: the client is told why and what to do. Undoes the transaction that it leaves.</summary>
/// <param name="problem">What kind of problem.</param>
/// <param name="detail">What happened and what to do, in a sentence or two.</param>
internal sealed class RefusedException(ProblemType problem, string detail) : Exception(detail)
{
    public ProblemType Problem { get; } = problem;
}
