using System.Text.Json;
using System.Text.Json.Serialization;
using ConversationData.Messages;

namespace ConversationApi.Messages;

/// <summary>A message as the API shows it.</summary>
/// <param name="Id">UUIDv7.</param>
/// <param name="ConversationId">The conversation it belongs to.</param>
/// <param name="Direction">inbound or outbound.</param>
/// <param name="Subject">Subject as it came.</param>
/// <param name="Content">Plain text; the words of its HTML where the mail brought none.</param>
/// <param name="HtmlContent">HTML, safe to show: without scripts, forms and styles that reach beyond it, and with images from elsewhere blocked (their address is in data-blocked-src).</param>
/// <param name="SentAt">The mail's own date.</param>
/// <param name="SenderEmail">Who sent it.</param>
/// <param name="SenderName">The sender's name.</param>
/// <param name="RecipientEmail">The first recipient.</param>
/// <param name="MessageId">RFC 5322 Message-ID without angle brackets.</param>
/// <param name="InReplyTo">The Message-ID that it answers.</param>
/// <param name="GmailMessageId">Gmail's id.</param>
/// <param name="PostmarkMessageId">Postmark's id.</param>
/// <param name="GmailThreadId">Gmail's id of the thread.</param>
/// <param name="Headers">Names and values in their order.</param>
/// <param name="Attachments">What is attached: name, contentType, contentLength, contentId, sha256, and attachmentId where the provider keeps the content.</param>
/// <param name="Marks">bounce, auto_reply, list, synthetic_id, reused_id, arrival_date.</param>
/// <param name="DeliveryStatus">queued, sending, sent or failed; null for inbound mail.</param>
/// <param name="CreatedAt">When it was stored here.</param>
public record MessageView(
    Guid Id, Guid ConversationId, MessageDirection Direction, string Subject, string Content, string? HtmlContent, DateTime SentAt,
    string? SenderEmail, string? SenderName, string? RecipientEmail, string MessageId, string? InReplyTo, string? GmailMessageId, string? PostmarkMessageId,
    string? GmailThreadId, RawJson Headers, RawJson Attachments, string[] Marks, DeliveryStatus? DeliveryStatus, DateTime CreatedAt);

/// <summary>JSON as the database has it, passed on unread.</summary>
/// <param name="Json">Valid JSON.</param>
[JsonConverter(typeof(RawJsonConverter))]
public readonly record struct RawJson(string Json);

internal sealed class RawJsonConverter : JsonConverter<RawJson>
{
    public override RawJson Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(JsonElement.ParseValue(ref reader).GetRawText());

    public override void Write(Utf8JsonWriter writer, RawJson value, JsonSerializerOptions options) => writer.WriteRawValue(value.Json, skipInputValidation: true);
}

internal sealed class DirectionConverter() : JsonStringEnumConverter<MessageDirection>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false);

internal sealed class DeliveryConverter() : JsonStringEnumConverter<DeliveryStatus>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false);
