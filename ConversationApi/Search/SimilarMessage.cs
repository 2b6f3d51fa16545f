namespace ConversationApi.Search;

/// <summary>A message that is like another.</summary>
/// <param name="MessageId">The message.</param>
/// <param name="ConversationId">Its conversation.</param>
/// <param name="Score">How much alike, 0 to 1 within one answer: the best first.</param>
/// <param name="AnswerMessageId">The first of our messages that came after it in its conversation, if that was asked for.</param>
internal sealed record SimilarMessage(Guid MessageId, Guid ConversationId, double Score, Guid? AnswerMessageId);
