using System.ComponentModel.DataAnnotations;

namespace ConversationApi.OpenAi;

/// <summary>Configuration section <c>OpenAI</c>: OpenAI or any endpoint that speaks like it. Without a key nothing is sent anywhere.</summary>
public sealed class OpenAiOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "OpenAI";

    /// <summary>The variable that OpenAI's own tools read; used where <see cref="ApiKey"/> is not set.</summary>
    public const string KeyVariable = "OPENAI_API_KEY";

    /// <summary>The key, sent as a bearer token. An endpoint that needs none takes any.</summary>
    public string? ApiKey { get; set; }

    /// <summary>Where the endpoint is, with its version: <c>https://api.openai.com/v1</c> by default.</summary>
    public Uri BaseAddress { get; set; } = new("https://api.openai.com/v1");

    /// <summary>How long a request may take; 1 s to 10 min, by default 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The model that makes vectors; <c>text-embedding-3-small</c> by default. Another model makes all vectors again, while search goes on with the old ones.</summary>
    [Required]
    public string EmbeddingModel { get; set; } = "text-embedding-3-small";

    /// <summary>Length of the vectors, for models that can shorten them; 1 to 4,000. The model's own by default.</summary>
    [Range(1, 4_000)]
    public int? EmbeddingDimensions { get; set; }

    /// <summary>The model that drafts replies; <c>gpt-4o-mini</c> by default.</summary>
    [Required]
    public string ChatModel { get; set; } = "gpt-4o-mini";

    /// <summary>US dollars for a million tokens that the chat model reads; null, the default, means that no cost is recorded.</summary>
    [Range(0.0, 1_000_000.0)]
    public decimal? InputPricePerMillion { get; set; }

    /// <summary>US dollars for a million tokens that the chat model writes; null, the default, means that no cost is recorded.</summary>
    [Range(0.0, 1_000_000.0)]
    public decimal? OutputPricePerMillion { get; set; }
}
