using ConversationApi.Ingestion.Parsing;

namespace ConversationApi.Ingestion.Storing;

/// <summary>What the database has already of the mail that came.</summary>
internal sealed class StoreFindings
{
    /// <summary>The conversation of each thread key.</summary>
    public Dictionary<string, Guid> Owners { get; } = new(StringComparer.Ordinal);

    /// <summary>Stored messages by Message-ID and content.</summary>
    public Dictionary<(string MessageId, string Hash), (Guid Id, Guid ConversationId)> Messages { get; } = [];

    /// <summary>Mail of ours by its Message-ID.</summary>
    public Dictionary<string, (Guid Id, Guid ConversationId)> Sent { get; } = new(StringComparer.Ordinal);

    /// <summary>Message-IDs that are taken, whatever the content.</summary>
    public HashSet<string> MessageIds { get; } = new(StringComparer.Ordinal);

    /// <summary>Ids of providers that are taken.</summary>
    public HashSet<string> PostmarkIds { get; } = new(StringComparer.Ordinal);

    /// <summary>Ids of providers that are taken.</summary>
    public HashSet<string> GmailIds { get; } = new(StringComparer.Ordinal);

    /// <summary>Conversations that tokens name, and where they are now.</summary>
    public Dictionary<Guid, Guid> Tokens { get; } = [];

    /// <summary>The stored message that this is; mail that we sent may have changed on its way.</summary>
    public bool TryFind(IncomingMail mail, out (Guid Id, Guid ConversationId) stored) =>
        Messages.TryGetValue(KeyOf(mail), out stored) || (mail.SentByUs && Sent.TryGetValue(mail.MessageId, out stored));

    public static (string, string) KeyOf(IncomingMail mail) => (mail.MessageId, Convert.ToHexString(mail.ContentHash));
}
