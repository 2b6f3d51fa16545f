using ConversationApi.Conversations;
using ConversationApi.Messages;

namespace ConversationApi.Delivery;

/// <summary>What somebody wants to write.</summary>
/// <param name="ConversationId">To the lead of this conversation.</param>
/// <param name="Content">Plain text.</param>
/// <param name="HtmlContent">The same as HTML, if there is any.</param>
/// <param name="SuggestionId">The suggestion that it comes from; null when it was written by hand.</param>
internal sealed record OutboundDraft(Guid ConversationId, string Content, string? HtmlContent, Guid? SuggestionId);

/// <summary>A mail that will be sent once its transaction is committed.</summary>
/// <param name="MessageId">Its id.</param>
/// <param name="NotBefore">Until then it is not sent and can be taken back.</param>
/// <param name="Message">The mail as the API shows it.</param>
/// <param name="Conversation">Its conversation after it.</param>
internal sealed record QueuedMail(Guid MessageId, DateTimeOffset NotBefore, MessageView Message, ConversationView Conversation);
