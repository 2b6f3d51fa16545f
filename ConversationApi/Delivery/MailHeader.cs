using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ConversationApi.Delivery;

/// <summary>A header of a stored mail, as text: not folded and not encoded.</summary>
internal sealed record MailHeader(string Name, string Value)
{
    private static readonly MailHeaderJson _json = new(new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    public static string ToJson(MailHeader[] headers) => JsonSerializer.Serialize(headers, _json.MailHeaderArray);

    public static MailHeader[] FromJson(string json) => JsonSerializer.Deserialize(json, _json.MailHeaderArray) ?? [];

    /// <summary>The first of that name, in any case.</summary>
    public static string? Find(IEnumerable<MailHeader> headers, string name) =>
        headers.FirstOrDefault(header => header.Name.Equals(name, StringComparison.OrdinalIgnoreCase))?.Value;
}

[JsonSerializable(typeof(MailHeader[]))]
internal sealed partial class MailHeaderJson : JsonSerializerContext;
