using System.ComponentModel.DataAnnotations;
using ConversationApi.Delivery.Mime;

namespace ConversationApi.Delivery;

/// <summary>Configuration section <c>Delivery</c>.</summary>
public sealed class DeliveryOptions : IValidatableObject
{
    /// <summary>The section's name.</summary>
    public const string Section = "Delivery";

    /// <summary>What mail is from where nothing is configured; nobody can answer it.</summary>
    internal const string NobodysAddress = "desk@conversations.invalid";

    /// <summary>The address that mail is sent from; POSTMARK_FROM_EMAIL where it is not set. Postmark must know it. It counts among Ingestion:OwnAddresses.</summary>
    [MaxLength(320)]
    public string? From { get; set; }

    /// <summary>The name beside <see cref="From"/>, at most 100 characters; none by default.</summary>
    [MaxLength(100)]
    public string? FromName { get; set; }

    /// <summary>
    /// The address that answers come in by, such as that of Postmark's inbound server. Mail asks for answers to it with the conversation's token
    /// behind a plus, which needs Ingestion:ReplyTokenKey. Without it answers go to <see cref="From"/>.
    /// </summary>
    [MaxLength(320)]
    public string? InboundAddress { get; set; }

    /// <summary>Who takes mail out: auto, postmark, folder or none; auto by default.</summary>
    [EnumDataType(typeof(DeliveryProvider))]
    public DeliveryProvider Provider { get; set; }

    /// <summary>Where the folder provider writes; <c>conversation-platform/mail</c> below the user's data folder by default. Its files are outside of the database: neither the export nor the removal of a lead reaches them.</summary>
    public string? Folder { get; set; }

    /// <summary>Keeps all mail queued, as after a restore of the database until somebody has looked; false by default.</summary>
    public bool Paused { get; set; }

    /// <summary>How long a mail waits before it may be sent, and can be taken back at least; 0 to 10 minutes, 10 seconds by default.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan UndoFor { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How often a mail is tried before it is put aside as failed; 1 to 100, 20 by default, which takes about ten hours.</summary>
    [Range(1, 100)]
    public int MaxAttempts { get; set; } = 20;

    /// <summary>The wait before the second attempt; each further one is twice as long, all with jitter. 10 ms to 10 minutes, 2 seconds by default.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:10:00")]
    public TimeSpan RetryAfter { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>The longest wait between attempts, also where the provider asks for longer; 10 ms to a day, 1 hour by default.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "1.00:00:00")]
    public TimeSpan RetryAtMost { get; set; } = TimeSpan.FromHours(1);

    /// <summary>The wait while the provider refuses us and not the mail (a bad token, an account that may not send): no attempt counts then. 10 ms to a day, 5 minutes by default.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "1.00:00:00")]
    public TimeSpan RefusedFor { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// How long after an attempt that may have succeeded the provider is asked whether it did: its search lags behind. What it does not find then is
    /// sent again. 0 to 1 hour, 60 seconds by default.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan AskAfter { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Mail that waited longer than this for its first attempt is asked for too, as it may have been sent by a past that a restore or a failover took back. 1 second to 30 days, 1 minute by default.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00")]
    public TimeSpan AskOlderThan { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long a sender that dies keeps its mail from the others; longer than <see cref="AskAfter"/> and the provider's timeout together. 1 second to 1 day, 3 minutes by default.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan Lease { get; set; } = TimeSpan.FromMinutes(3);

    /// <summary>How often a replica looks for mail that others queued; 10 ms to 1 minute, 1 second by default.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How many mails a replica hands over at once; 1 to 64, 8 by default.</summary>
    [Range(1, 64)]
    public int AtOnce { get; set; } = 8;

    internal Mailbox Sender => Mailbox.Read(From ?? NobodysAddress, FromName)!;

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (From is not null && Mailbox.Read(From, null) is null)
            yield return new($"{Section}:From is '{From}': one plain address is wanted.", [nameof(From)]);
        if (InboundAddress is not null && Mailbox.Read(InboundAddress, null) is null)
            yield return new($"{Section}:InboundAddress is '{InboundAddress}': one plain address is wanted.", [nameof(InboundAddress)]);
        if (Lease <= AskAfter)
            yield return new($"{Section}:Lease ({Lease}) must be longer than {Section}:AskAfter ({AskAfter}).", [nameof(Lease)]);
    }
}
