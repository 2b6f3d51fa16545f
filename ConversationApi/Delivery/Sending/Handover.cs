namespace ConversationApi.Delivery.Sending;

/// <summary>How handing a mail to a provider went.</summary>
internal enum HandoverKind
{
    /// <summary>The provider has it.</summary>
    Accepted,

    /// <summary>Asked for it, the provider does not know it.</summary>
    Absent,

    /// <summary>Nothing was done; later it may be.</summary>
    Busy,

    /// <summary>It may have been done, and nobody knows.</summary>
    InDoubt,

    /// <summary>This mail is never taken.</summary>
    Refused,

    /// <summary>We are refused, whatever the mail: somebody has to put the configuration or the account right.</summary>
    Misconfigured,
}

/// <summary>How handing a mail to a provider went.</summary>
/// <param name="Kind">In a word.</param>
/// <param name="Reason">Why it was not accepted; shown to people.</param>
/// <param name="ProviderId">The provider's id of an accepted mail.</param>
/// <param name="After">Not again before, if the provider says so.</param>
/// <param name="Code">The reason without the provider's own words, where it has any: they may name people.</param>
internal sealed record Handover(HandoverKind Kind, string? Reason = null, string? ProviderId = null, TimeSpan? After = null, string? Code = null)
{
    /// <summary>Why, for logs, traces and health.</summary>
    public string Logged => Code ?? Reason ?? Kind.ToString();

    public static readonly Handover Absent = new(HandoverKind.Absent);

    public static Handover Accepted(string? providerId) => new(HandoverKind.Accepted, ProviderId: providerId);
}
