using ServiceDefaults.Problems;

namespace ConversationApi.Ingestion;

/// <summary>What became of a message.</summary>
internal enum MailOutcomeKind
{
    /// <summary>It is in the database now.</summary>
    Stored,

    /// <summary>It was there already.</summary>
    Duplicate,

    /// <summary>It is not stored; <see cref="MailOutcome.Problem"/> says why.</summary>
    Refused,
}

/// <summary>What became of one message of a batch.</summary>
/// <param name="Kind">Stored, duplicate or refused.</param>
/// <param name="MessageId">Its Message-ID, or the one made for it.</param>
/// <param name="Id">The id of the stored message.</param>
/// <param name="ConversationId">The conversation that it is in.</param>
/// <param name="Marks">What is remarkable about it.</param>
/// <param name="Problem">Why it was refused.</param>
/// <param name="Detail">Why it was refused, in words, and what to do.</param>
internal sealed record MailOutcome(
    MailOutcomeKind Kind, string? MessageId = null, Guid? Id = null, Guid? ConversationId = null,
    IReadOnlyList<string>? Marks = null, ProblemType? Problem = null, string? Detail = null)
{
    public static MailOutcome Refused(ProblemType problem, string detail, string? messageId = null) =>
        new(MailOutcomeKind.Refused, messageId, Problem: problem, Detail: detail);
}
