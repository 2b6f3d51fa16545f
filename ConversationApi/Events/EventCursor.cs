using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;

namespace ConversationApi.Events;

/// <summary>A place in the stream of events; opaque to clients, and the same on every replica.</summary>
/// <param name="Timeline">The server's: another one means a failover or a restore, after which transaction ids may come a second time.</param>
/// <param name="TransactionId">The transaction of the last event that was told.</param>
/// <param name="Position">Its place in the transaction.</param>
internal readonly record struct EventCursor(uint Timeline, ulong TransactionId, long Position)
{
    private const int Bytes = 4 + 8 + 8;

    /// <summary>Whether it lies before another place of the same timeline.</summary>
    public bool IsBefore(EventCursor other) => (TransactionId, Position).CompareTo((other.TransactionId, other.Position)) < 0;

    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, Timeline);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[4..], TransactionId);
        BinaryPrimitives.WriteInt64BigEndian(bytes[12..], Position);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>False when it is none.</summary>
    public static bool TryParse(string text, out EventCursor cursor)
    {
        cursor = default;
        Span<byte> bytes = stackalloc byte[Bytes];
        if (text.Length != Base64Url.GetEncodedLength(Bytes) || Base64Url.DecodeFromChars(text, bytes, out _, out var length) != OperationStatus.Done || length != Bytes)
            return false;
        cursor = new(BinaryPrimitives.ReadUInt32BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[4..]), BinaryPrimitives.ReadInt64BigEndian(bytes[12..]));
        return cursor.Position >= 0;
    }
}
