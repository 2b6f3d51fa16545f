using System.Globalization;
using System.Text;
using System.Text.Json;

namespace ConversationApi.Suggestions.Drafting;

/// <summary>What a chat model wrote, read with patience: models wrap JSON in words, and write numbers as text.</summary>
internal sealed record ChatAnswer(string Reply, double? Confidence, string? Sentiment)
{
    private const int MaxSentimentLength = 2000;
    private static readonly string[] _names = ["reply", "content", "text"];

    /// <summary>Null when there is no reply in it.</summary>
    public static ChatAnswer? Read(string text)
    {
        text = text.Replace('\0', ' ').Trim();
        try
        {
            if (ObjectIn(text) is { } json)
                return ReplyIn(json) is { Length: > 0 } reply ? new(reply, ConfidenceOf(json), SentimentOf(json)) : null;
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate: JSON may escape it, and no string can hold it.
            return null;
        }

        // A plain text is a reply; what begins as JSON and does not end as such is half of one.
        return text.Length == 0 || text.Contains("\"reply\"", StringComparison.Ordinal) || text[0] is '{' or '[' or '<' ? null : new(text, null, null);
    }

    private static JsonElement? ObjectIn(string text)
    {
        var (start, end) = (text.IndexOf('{', StringComparison.Ordinal), text.LastIndexOf('}'));
        if (start < 0 || end < start)
            return null;
        try
        {
            var json = JsonSerializer.Deserialize(text[start..(end + 1)], ApiJson.Default.JsonElement);
            return json.ValueKind == JsonValueKind.Object ? json : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? ReplyIn(JsonElement json) =>
        _names.Select(name => Text(json, name)).FirstOrDefault(value => value is { Length: > 0 })?.Replace('\0', ' ').Trim();

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static double? ConfidenceOf(JsonElement json)
    {
        if (!json.TryGetProperty("confidence", out var value))
            return null;
        double? number = value.ValueKind switch
        {
            JsonValueKind.Number => value.TryGetDouble(out var n) ? n : null,
            JsonValueKind.String => double.TryParse(value.GetString()!.TrimEnd('%', ' '), NumberStyles.Float, CultureInfo.InvariantCulture, out var n) ? n : null,
            _ => null,
        };
        return number switch { null => null, >= 0 and <= 1 => number, > 1 and <= 100 => number / 100, _ => null };
    }

    private static string? SentimentOf(JsonElement json)
    {
        if (!json.TryGetProperty("sentiment", out var value))
            return null;
        var text = value.ValueKind switch
        {
            JsonValueKind.Object => value.GetRawText(),
            JsonValueKind.String => $$"""{"label":{{value.GetRawText()}}}""",
            _ => null,
        };
        return text is { Length: <= MaxSentimentLength } && IsStorable(text) ? text : null;
    }

    // What jsonb refuses and JSON allows: NUL, half a surrogate, and numbers without bounds.
    private static bool IsStorable(string json)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(json));
        try
        {
            while (reader.Read())
                if (reader.TokenType switch
                {
                    JsonTokenType.PropertyName or JsonTokenType.String => reader.GetString()!.Contains('\0', StringComparison.Ordinal),
                    JsonTokenType.Number => !double.IsFinite(reader.GetDouble()) || (reader.GetDouble() == 0 && reader.ValueSpan.ContainsAny("eE"u8)),
                    _ => false,
                })
                    return false;
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
