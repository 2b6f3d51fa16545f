using System.ComponentModel.DataAnnotations;

namespace ConversationApi.Ingestion.Postmark;

/// <summary>Configuration section <c>Postmark</c>, as far as mail comes in by it.</summary>
public sealed class PostmarkInboundOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Postmark";

    /// <summary>
    /// The secret of the webhook, at least 16 characters: the password in the address that Postmark is given, <c>https://postmark:SECRET@host/api/v1/inbound/postmark</c>.
    /// Without it only API keys with scope write may post there.
    /// </summary>
    [MinLength(16, ErrorMessage = "Postmark:InboundSecret must have at least 16 characters.")]
    public string? InboundSecret { get; set; }
}
