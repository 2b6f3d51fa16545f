using System.Text.Json;

namespace ProvidersForTests;

/// <summary>A mail that Postmark has taken, and would deliver.</summary>
/// <param name="MessageId">Postmark's id.</param>
/// <param name="Request">What it was asked to send.</param>
/// <param name="At">When.</param>
public sealed record SentMail(string MessageId, JsonElement Request, DateTimeOffset At)
{
    /// <summary>The Message-ID that the recipient sees: Postmark's own, unless X-PM-KeepID says otherwise.</summary>
    public string SeenMessageId => Header("X-PM-KeepID") == "true" && Header("Message-ID") is { } own ? own : $"<{MessageId}@mtasv.example>";

    /// <summary>Subject.</summary>
    public string Subject => Request.GetProperty(nameof(Subject)).GetString()!;

    /// <summary>Recipient.</summary>
    public string To => Request.GetProperty(nameof(To)).GetString()!;

    /// <summary>A header that it was given.</summary>
    public string? Header(string name) => Request.TryGetProperty("Headers", out var headers)
        ? headers.EnumerateArray().FirstOrDefault(h => string.Equals(h.GetProperty("Name").GetString(), name, StringComparison.OrdinalIgnoreCase)) is { ValueKind: JsonValueKind.Object } found
            ? found.GetProperty("Value").GetString() : null
        : null;

    /// <summary>A value of its metadata.</summary>
    public string? Metadata(string key) => Request.TryGetProperty("Metadata", out var all) && all.TryGetProperty(key, out var value) ? value.GetString() : null;
}
