using System.Text.Json.Serialization;

namespace ConversationApi.Gmail;

/// <summary>A message as Gmail gives it with <c>format=full</c>.</summary>
internal sealed record GmailMessage
{
    public string? Id { get; init; }

    public string? ThreadId { get; init; }

    public IReadOnlyList<string>? LabelIds { get; init; }

    /// <summary>Milliseconds since 1970, when it reached Gmail.</summary>
    public string? InternalDate { get; init; }

    public GmailPart? Payload { get; init; }
}

/// <summary>A part of a message, with the parts inside it.</summary>
internal sealed record GmailPart
{
    public string? MimeType { get; init; }

    public string? Filename { get; init; }

    public IReadOnlyList<GmailHeader?>? Headers { get; init; }

    public GmailBody? Body { get; init; }

    public IReadOnlyList<GmailPart?>? Parts { get; init; }

    public string? this[string header] => Headers?.FirstOrDefault(h => header.Equals(h?.Name, StringComparison.OrdinalIgnoreCase))?.Value;
}

internal sealed record GmailHeader(string? Name, string? Value);

/// <summary>What a part holds: base64url, or an id to ask for it by.</summary>
internal sealed record GmailBody(string? AttachmentId, long? Size, string? Data);

internal sealed record GmailProfile(string? EmailAddress, ulong? HistoryId);

internal sealed record GmailReference(string? Id, string? ThreadId, IReadOnlyList<string>? LabelIds);

internal sealed record GmailList(IReadOnlyList<GmailReference>? Messages, string? NextPageToken);

internal sealed record GmailChange(GmailReference? Message, IReadOnlyList<string>? LabelIds);

internal sealed record GmailHistory(ulong? Id, IReadOnlyList<GmailChange>? MessagesAdded, IReadOnlyList<GmailChange>? LabelsAdded, IReadOnlyList<GmailChange>? LabelsRemoved);

internal sealed record GmailHistoryList(IReadOnlyList<GmailHistory>? History, string? NextPageToken, ulong? HistoryId);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, NumberHandling = JsonNumberHandling.AllowReadingFromString, MaxDepth = 256,
    Converters = [typeof(Ingestion.Parsing.LenientStringConverter)])]
[JsonSerializable(typeof(GmailMessage))]
[JsonSerializable(typeof(GmailProfile))]
[JsonSerializable(typeof(GmailList))]
[JsonSerializable(typeof(GmailHistoryList))]
internal sealed partial class GmailJson : JsonSerializerContext;
