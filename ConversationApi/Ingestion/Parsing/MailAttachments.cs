using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace ConversationApi.Ingestion.Parsing;

/// <summary>
/// What is kept of attachments: what they are, not what is in them. That is bounded: so many of them, and so much of each name.
/// </summary>
internal static class MailAttachments
{
    private const int Most = 1000;
    private const int MaxText = 1000;

    public static string ToJson(IReadOnlyList<InboundAttachment?>? attachments)
    {
        if (attachments is null || attachments.Count == 0)
            return "[]";
        using var buffer = new MemoryStream(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            foreach (var attachment in attachments.OfType<InboundAttachment>().Take(Most))
                Write(json, attachment);
            json.WriteEndArray();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    private static void Write(Utf8JsonWriter json, InboundAttachment attachment)
    {
        var (length, sha256) = attachment.Content is { } content ? Measure(content) : (0, null);
        json.WriteStartObject();
        json.WriteString("name"u8, MailText.Cut(attachment.Name ?? "", MaxText));
        json.WriteString("contentType"u8, MailText.Cut(attachment.ContentType ?? "application/octet-stream", MaxText));
        json.WriteNumber("contentLength"u8, attachment.ContentLength ?? length);
        json.WriteString("contentId"u8, attachment.ContentID is { } contentId ? MailText.Cut(contentId, MaxText) : null);
        json.WriteString("sha256"u8, sha256);
        if (attachment.AttachmentId is { } id)
            json.WriteString("attachmentId"u8, id);
        json.WriteEndObject();
    }

    /// <summary>Length and hash of the content; no hash where the base64 cannot be read.</summary>
    private static (long Length, string? Sha256) Measure(string content)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(Base64.GetMaxDecodedFromUtf8Length(content.Length + 4));
        try
        {
            return Convert.TryFromBase64String(content, bytes, out var length)
                ? (length, Convert.ToHexStringLower(SHA256.HashData(bytes.AsSpan(0, length))))
                : (0, null);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }
}
