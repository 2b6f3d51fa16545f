using System.Text.Json.Serialization;
using ConversationApi.Delivery.Sending;

namespace ConversationApi.Delivery.Postmark;

/// <summary>A mail in Postmark's form.</summary>
internal sealed record PostmarkMail(
    string From, string To, string? ReplyTo, string Subject, string TextBody, string? HtmlBody, string MessageStream, bool TrackOpens, string TrackLinks,
    IReadOnlyList<PostmarkHeader> Headers, PostmarkMetadata Metadata)
{
    // Postmark writes these itself, from fields of their own.
    private static readonly string[] _fields = ["From", "To", "Reply-To", "Subject", "Date"];

    public static PostmarkMail Of(MailToSend mail, string stream) => new(
        mail.Header("From") ?? "", mail.Header("To") ?? "", mail.Header("Reply-To"), mail.Header("Subject") ?? "", mail.Content, mail.HtmlContent, stream, false, "None",
        [
            .. mail.Headers.Where(header => !_fields.Contains(header.Name, StringComparer.OrdinalIgnoreCase)).Select(header => new PostmarkHeader(header.Name, header.Value)),
            // Without it the Message-ID would be Postmark's, and no answer would name ours.
            new("X-PM-KeepID", "true"),
        ],
        new(mail.Id));
}

internal sealed record PostmarkHeader(string Name, string Value);

/// <summary>What it is searched by.</summary>
internal sealed record PostmarkMetadata([property: JsonPropertyName("messageid")] Guid? MessageId);

/// <summary>What Postmark says of a mail.</summary>
internal sealed record PostmarkAnswer(int? ErrorCode, string? Message, [property: JsonPropertyName("MessageID")] string? MessageId);

/// <summary>What it finds.</summary>
internal sealed record PostmarkFindings(int? TotalCount, IReadOnlyList<PostmarkFound>? Messages);

internal sealed record PostmarkFound([property: JsonPropertyName("MessageID")] string? MessageId, PostmarkMetadata? Metadata);

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PostmarkMail))]
[JsonSerializable(typeof(PostmarkAnswer))]
[JsonSerializable(typeof(PostmarkFindings))]
internal sealed partial class PostmarkJson : JsonSerializerContext;
