using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ConversationApi.Tests.Walks;

/// <summary>Values that fit, values that nearly fit, and values that nobody thought of; the same for the same seed and the same finds.</summary>
internal sealed class Noise(Random random, JsonElement document, ConcurrentBag<string> found)
{
    private static readonly string[] _odd =
    [
        "", " ", "0", "-1", "1", "100", "101", "9223372036854775808", "1e308", "NaN", "null", "true", "x", "read", "write", "admin", "archived", "needs_reply", "active", "messageCount", "createdAt", "hybrid", "semantic", "text",
        "' OR 1=1 --", "%", "_", "\\", "../../etc/passwd", "{}", "[]", "<script>", "\u00e9\u4e2d\ud83d\ude00", "\u202e", "lead@people.example", "a@b", "@", "2024-02-30T00:00:00Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.9999999Z",
        "2024-01-01T00:00:00+14:00", "\"1\"", "W/\"1\"", "*", "\"", "a b c d", "to be or not to be", "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    ];

    public bool Chance(int oneIn) => random.Next(oneIn) == 0;

    public T Pick<T>(IReadOnlyList<T> items) => items[random.Next(items.Count)];

    /// <summary>Something for a parameter.</summary>
    public string Value()
    {
        var ids = found.Take(50).ToArray();
        return random.Next(10) switch
        {
            < 5 when ids.Length > 0 => Pick(ids),
            5 => Guid.CreateVersion7().ToString(),
            6 => random.NextInt64(-5, 200).ToString(CultureInfo.InvariantCulture),
            7 => Text(random.Next(400)),
            8 when ids.Length > 0 => Mutate(Pick(ids)),
            _ => Pick(_odd),
        };
    }

    /// <summary>The same where the server takes no NUL.</summary>
    public string PathValue() => Value().Replace("\0", "", StringComparison.Ordinal) is { Length: > 0 } value and not ("." or "..") ? value : "x";

    /// <summary>A body: JSON of the schema, JSON of something else, or nothing of the kind.</summary>
    public byte[] Body(JsonElement? schema)
    {
        var json = schema is { } known && !Chance(8) ? Of(known, 0) : Anything(0);
        var text = json?.ToJsonString() ?? "null";
        if (Chance(30))
            text = string.Concat(Enumerable.Repeat("[", 2000));
        if (Chance(30))
            text = text.Replace(":\"", ":\"\\ud800\\u0000", StringComparison.Ordinal);
        var bytes = Encoding.UTF8.GetBytes(text);
        if (bytes.Length > 0 && Chance(4))
            for (var i = random.Next(1, 5); i > 0; i--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        return Chance(12) ? bytes[..random.Next(bytes.Length + 1)] : bytes;
    }

    private string Text(int length) => string.Create(length, random, (span, r) =>
    {
        foreach (ref var letter in span)
            letter = (char)(r.Next(8) switch { 0 => r.Next(1, 0x20), 1 => r.Next(0x80, 0xd7ff), 2 => r.Next(0xe000, 0xffff), _ => r.Next(0x20, 0x7f) });
    });

    private string Mutate(string text) => text.Length == 0 ? "\0" : text.Remove(random.Next(text.Length), 1).Insert(random.Next(text.Length), Pick(_odd));

    private JsonNode? Of(JsonElement schema, int depth)
    {
        if (Chance(25) || depth > 8)
            return Anything(depth);
        if (schema.TryGetProperty("$ref", out var reference))
            return Of(Resolve(reference.GetString()!), depth);
        foreach (var choice in new[] { "oneOf", "anyOf" })
            if (schema.TryGetProperty(choice, out var choices))
                return Of(Pick(choices.EnumerateArray().ToList()), depth);
        if (schema.TryGetProperty("enum", out var values))
            return JsonNode.Parse(Pick(values.EnumerateArray().ToList()).GetRawText());
        var type = !schema.TryGetProperty("type", out var types) ? null : types.ValueKind == JsonValueKind.Array ? Pick(types.EnumerateArray().ToList()).GetString() : types.GetString();
        switch (type)
        {
            case "object" when schema.TryGetProperty("properties", out var properties):
                var filled = new JsonObject();
                foreach (var property in properties.EnumerateObject().Where(_ => !Chance(6)))
                    filled[property.Name] = property.Name.EndsWith("email", StringComparison.OrdinalIgnoreCase) && Chance(2) ? "lead@people.example" : Of(property.Value, depth + 1);
                return filled;
            case "array" when schema.TryGetProperty("items", out var items):
                return new JsonArray([.. Enumerable.Range(0, random.Next(4)).Select(_ => Of(items, depth + 1))]);
            case "integer" or "number":
                return random.NextInt64(-10, 1000);
            case "boolean":
                return Chance(2);
            case "string":
                return schema.TryGetProperty("format", out var format) && format.GetString() == "date-time" && !Chance(4) ? DateTimeOffset.UtcNow.AddMinutes(random.Next(-10, 100)).ToString("O", CultureInfo.InvariantCulture) : Value();
            default:
                return Anything(depth);
        }
    }

    private JsonElement Resolve(string reference) => reference.Split('/').Skip(1).Aggregate(document, (element, name) => element.GetProperty(name));

    private JsonNode? Anything(int depth) => random.Next(depth > 4 ? 5 : 8) switch
    {
        0 => null,
        1 => Value(),
        2 => random.NextInt64(),
        3 => Chance(2),
        4 => Text(random.Next(Chance(20) ? 100_000 : 50)),
        5 => new JsonArray([.. Enumerable.Range(0, random.Next(4)).Select(_ => Anything(depth + 1))]),
        6 => random.NextDouble() * 1e300,
        _ => new JsonObject(Enumerable.Range(0, random.Next(4)).Select(i => KeyValuePair.Create($"{Pick(_odd)}{i}", Anything(depth + 1)))),
    };
}
