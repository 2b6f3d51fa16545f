using ConversationData.Conversations;

namespace ConversationApi.Search.Answers;

/// <summary>Conversations that are like another.</summary>
/// <param name="Items">The most alike first.</param>
public sealed record SimilarAnswer(IReadOnlyList<SimilarConversation> Items);

/// <summary>A conversation that is like another.</summary>
/// <param name="ConversationId">The conversation.</param>
/// <param name="Subject">Its subject.</param>
/// <param name="Status">Its status.</param>
/// <param name="LeadEmail">Its lead.</param>
/// <param name="LastMessageAt">When its last message was sent.</param>
/// <param name="Score">How much alike, 0 to 1.</param>
/// <param name="MessageId">Its message that is most like one of the other conversation.</param>
public sealed record SimilarConversation(Guid ConversationId, string Subject, ConversationStatus Status, string? LeadEmail, DateTime LastMessageAt, double Score, Guid MessageId);
