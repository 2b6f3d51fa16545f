using System.ComponentModel.DataAnnotations;

namespace ConversationApi.Delivery.Postmark;

/// <summary>Configuration section <c>Postmark</c>: how mail is sent by it.</summary>
public sealed class PostmarkOptions : IValidatableObject
{
    /// <summary>The section's name.</summary>
    public const string Section = "Postmark";

    /// <summary>Token of the server that sends; POSTMARK_API_TOKEN where it is not set. Secret.</summary>
    public string? ServerToken { get; set; }

    /// <summary>Where its API is; https://api.postmarkapp.com by default.</summary>
    [Required]
    public Uri BaseAddress { get; set; } = new("https://api.postmarkapp.com");

    /// <summary>The stream that mail goes out by; outbound by default.</summary>
    [Required]
    public string MessageStream { get; set; } = "outbound";

    /// <summary>How long to wait for an answer; 100 ms to 5 minutes, 30 seconds by default. A mail without an answer may have been sent.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:05:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (BaseAddress is { IsAbsoluteUri: false } or { Scheme: not ("http" or "https") })
            yield return new($"{Section}:BaseAddress is '{BaseAddress}': an absolute http or https address is wanted.", [nameof(BaseAddress)]);
        if (ServerToken?.Any(letter => letter is <= ' ' or >= '\x7f') == true)
            yield return new($"{Section}:ServerToken has characters that no token has.", [nameof(ServerToken)]);
    }
}
