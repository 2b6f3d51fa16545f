using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace ConversationApi.Paging;

/// <summary>Where a page ended: the last row's sort value and id. Opaque to clients, and only good for the list that it came from.</summary>
/// <param name="Value">The sort value; a time as ticks.</param>
/// <param name="Id">The row's id.</param>
internal readonly record struct Cursor(long Value, Guid Id)
{
    private const int Bytes = 8 + 16 + 4;

    /// <param name="list">What the list is: its order and its filters.</param>
    public string Encode(string list)
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        BinaryPrimitives.WriteInt64BigEndian(bytes, Value);
        Id.TryWriteBytes(bytes[8..], bigEndian: true, out _);
        Fingerprint(list, bytes[24..]);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>False when it is no cursor of this list.</summary>
    public static bool TryDecode(string text, string list, out Cursor cursor)
    {
        cursor = default;
        Span<byte> bytes = stackalloc byte[Bytes];
        Span<byte> expected = stackalloc byte[4];
        if (text.Length != Base64Url.GetEncodedLength(Bytes) || Base64Url.DecodeFromChars(text, bytes, out _, out var length) != OperationStatus.Done || length != Bytes)
            return false;
        Fingerprint(list, expected);
        if (!bytes[24..].SequenceEqual(expected))
            return false;
        cursor = new(BinaryPrimitives.ReadInt64BigEndian(bytes), new Guid(bytes.Slice(8, 16), bigEndian: true));
        return true;
    }

    private static void Fingerprint(string list, Span<byte> into) => SHA256.HashData(Encoding.UTF8.GetBytes(list)).AsSpan(0, 4).CopyTo(into);
}
