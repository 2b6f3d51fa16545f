using ConversationApi.Messages;

namespace ConversationApi.Delivery;

/// <summary>A mail that waits to be sent.</summary>
public sealed record QueuedMessage : MessageView
{
    internal QueuedMessage(QueuedMail mail)
        : base(mail.Message) => NotBefore = mail.NotBefore.UtcDateTime;

    /// <summary>It is not sent before; until it is taken to be sent, it can be taken back.</summary>
    public DateTime NotBefore { get; }
}
