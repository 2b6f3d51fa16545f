using ConversationApi.Ingestion.Parsing;

namespace ConversationApi.Ingestion.Storing;

/// <summary>What new messages do to one conversation.</summary>
internal sealed class ConversationChange(Guid id, IncomingMail first)
{
    public Guid Id { get; } = id;

    public string Subject { get; } = first.Subject;

    public string? LeadEmail { get; private set; }

    public string? LeadName { get; private set; }

    public bool NeedsReply { get; private set; }

    public int Messages { get; private set; }

    public DateTimeOffset LastMessageAt { get; private set; } = DateTimeOffset.MinValue;

    public DateTimeOffset? LastInboundAt { get; private set; }

    public DateTimeOffset? LastOutboundAt { get; private set; }

    public void Add(IncomingMail mail)
    {
        Messages++;
        LastMessageAt = Later(LastMessageAt, mail.SentAt);
        NeedsReply = !mail.Outbound;
        if (mail.Outbound)
        {
            LastOutboundAt = Later(LastOutboundAt, mail.SentAt);
            return;
        }

        LastInboundAt = Later(LastInboundAt, mail.SentAt);
        // The lead is the first sender from outside.
        if (LeadEmail is null && mail.SenderEmail is not null && !mail.FromOwnAddress)
            (LeadEmail, LeadName) = (mail.SenderEmail, mail.SenderName);
    }

    private static DateTimeOffset Later(DateTimeOffset? one, DateTimeOffset other) => one > other ? one.Value : other;
}
