using System.Text;
using System.Text.Json;
using ConversationData.Events;

namespace ConversationApi.Events;

/// <summary>An event as it is sent, made once for all listeners.</summary>
/// <param name="Cursor">The place after it.</param>
/// <param name="ConversationId">The conversation that it is about; null for what everybody must hear.</param>
/// <param name="Bytes">In the form of server-sent events.</param>
internal sealed record StreamItem(EventCursor Cursor, Guid? ConversationId, ReadOnlyMemory<byte> Bytes)
{
    private static readonly string[] _names = [.. Enum.GetNames<ConversationEventKind>().Select(JsonNamingPolicy.SnakeCaseLower.ConvertName)];

    public static StreamItem Of(EventCursor cursor, ConversationEventKind kind, EventView view) =>
        new(cursor, view.ConversationId, Encode(cursor, _names[(int)kind], JsonSerializer.Serialize(view, ApiJson.Default.EventView)));

    public static StreamItem Reset(EventCursor cursor, string reason) =>
        new(cursor, null, Encode(cursor, "reset", JsonSerializer.Serialize(new(reason), ApiJson.Default.ResetView)));

    // JSON has no line breaks of its own.
    private static byte[] Encode(EventCursor cursor, string name, string json) => Encoding.UTF8.GetBytes($"id: {cursor}\nevent: {name}\ndata: {json}\n\n");
}
