using System.Text.Json;

namespace ConversationApi.Suggestions;

/// <summary>How a reply is to be drafted.</summary>
/// <param name="Tone">neutral, friendly, formal, empathetic or direct; neutral without it.</param>
/// <param name="Length">short, medium or long; medium without it.</param>
/// <param name="Prompt">What else to bear in mind, at most 2,000 characters.</param>
public sealed record SuggestionWish(string? Tone, string? Length, string? Prompt)
{
    private const int MaxPromptLength = 2000;
    private static readonly string[] _tones = ["neutral", "friendly", "formal", "empathetic", "direct"];
    private static readonly string[] _lengths = ["short", "medium", "long"];

    internal static SuggestionWish None { get; } = new(null, null, null);

    internal Dictionary<string, string[]> Check()
    {
        var errors = new Dictionary<string, string[]>();
        if (Tone is not null && !_tones.Contains(Tone))
            errors["tone"] = [$"One of {string.Join(", ", _tones)}."];
        if (Length is not null && !_lengths.Contains(Length))
            errors["length"] = [$"One of {string.Join(", ", _lengths)}."];
        if (Prompt is { Length: > MaxPromptLength } || Prompt?.Contains('\0', StringComparison.Ordinal) == true)
            errors["prompt"] = [$"At most {MaxPromptLength} characters, without NUL."];
        return errors;
    }

    internal string ToJson() => JsonSerializer.Serialize(this, ApiJson.Default.SuggestionWish);

    internal static SuggestionWish FromJson(string? json) => json is null ? None : JsonSerializer.Deserialize(json, ApiJson.Default.SuggestionWish) ?? None;
}
