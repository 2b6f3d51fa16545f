namespace ConversationApi.Suggestions.Drafting;

/// <summary>What a draft is made from.</summary>
/// <param name="MessageId">The message to answer.</param>
/// <param name="ConversationId">Its conversation.</param>
/// <param name="LeadName">The lead's name.</param>
/// <param name="Subject">The conversation's subject.</param>
/// <param name="Messages">The message and those before it, the oldest first.</param>
/// <param name="Answered">Similar messages of other conversations with how they were answered, the most similar first.</param>
internal sealed record DraftContext(
    Guid MessageId, Guid ConversationId, string? LeadName, string Subject, IReadOnlyList<PastMessage> Messages, IReadOnlyList<AnsweredMessage> Answered);

/// <summary>A message of the conversation, without what it quotes.</summary>
internal sealed record PastMessage(Guid Id, bool IsOurs, string Text, DateTime SentAt, string? Sender);

/// <summary>A similar message and its answer, without what they quote.</summary>
internal sealed record AnsweredMessage(Guid Id, double Score, string Text, Guid AnswerId, string Answer, string? LeadName, string? LeadEmail);
