using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace ConversationApi.Ingestion.Parsing;

/// <summary>SHA-256 over what the sender wrote. Neither the way that the mail took nor the kind of its line ends counts.</summary>
internal static class ContentHash
{
    public static byte[] Of(InboundMail mail, string? sender)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add(hash, sender);
        Add(hash, mail.Subject?.Trim());
        Add(hash, Normalise(mail.TextBody));
        Add(hash, Normalise(mail.HtmlBody));
        foreach (var attachment in mail.Attachments ?? [])
        {
            Add(hash, attachment?.Name);
            Add(hash, attachment?.Content);
        }

        return hash.GetHashAndReset();
    }

    private static string Normalise(string? text) =>
        text is null ? "" : (text.Contains('\r', StringComparison.Ordinal) ? text.ReplaceLineEndings("\n") : text).TrimEnd();

    // The length in front keeps "ab" + "c" apart from "a" + "bc".
    private static void Add(IncrementalHash hash, string? text)
    {
        text ??= "";
        var bytes = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length) + sizeof(int));
        var length = Encoding.UTF8.GetBytes(text, bytes.AsSpan(sizeof(int)));
        BinaryPrimitives.WriteInt32LittleEndian(bytes, length);
        hash.AppendData(bytes, 0, length + sizeof(int));
        ArrayPool<byte>.Shared.Return(bytes);
    }
}
