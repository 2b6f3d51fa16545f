using ServiceDefaults.Problems;

namespace ConversationApi.Idempotency;

/// <summary>What can be wrong with an Idempotency-Key.</summary>
public static class IdempotencyProblems
{
    /// <summary>The key stands for another request already.</summary>
    public static readonly ProblemType KeyReused = new("idempotency-key-reused", StatusCodes.Status422UnprocessableEntity, "The Idempotency-Key was used for another request");
}
