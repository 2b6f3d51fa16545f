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
    /// <summary>The greatest value of a cursor whose value is a time.</summary>
    public static readonly long MostTime = DateTime.MaxValue.Ticks;

    private const int Place = 8 + 16;
    private const int Bytes = Place + 4;

    /// <param name="list">What the list is: its order and its filters.</param>
    public string Encode(string list)
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        BinaryPrimitives.WriteInt64BigEndian(bytes, Value);
        Id.TryWriteBytes(bytes[8..], bigEndian: true, out _);
        Fingerprint(list, bytes[..Place], bytes[Place..]);
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
        Fingerprint(list, bytes[..Place], expected);
        if (!bytes[Place..].SequenceEqual(expected))
            return false;
        cursor = new(BinaryPrimitives.ReadInt64BigEndian(bytes), new Guid(bytes.Slice(8, 16), bigEndian: true));
        return true;
    }

    /// <summary>The same for a list whose sort values are from 0 to <paramref name="most"/>: whoever makes up a cursor gets no further with another.</summary>
    public static bool TryDecode(string text, string list, long most, out Cursor cursor) =>
        TryDecode(text, list, out cursor) && cursor.Value >= 0 && cursor.Value <= most;

    private static void Fingerprint(string list, ReadOnlySpan<byte> place, Span<byte> into) => SHA256.HashData([.. place, .. Encoding.UTF8.GetBytes(list)]).AsSpan(0, 4).CopyTo(into);
}
