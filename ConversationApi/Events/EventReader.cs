using System.Globalization;
using ConversationData.Connections;
using ConversationData.Conversations;
using ConversationData.Events;
using ConversationData.Queries;
using Npgsql;

namespace ConversationApi.Events;

/// <summary>Reads events in the order in which they may be told.</summary>
internal sealed class EventReader(ConversationDataSource data)
{
    /// <summary>The most events of a page.</summary>
    public const int PageSize = 500;

    private const string History = "The database took another course: a failover or a restore. Some events may be missing; read the list of conversations again.";
    private const string Pruned = "You were away for longer than events are kept. Some are missing; read the list of conversations again.";

    /// <summary>The place from which only what happens from now on comes.</summary>
    public async Task<EventCursor> LastAsync(CancellationToken cancellationToken)
    {
        await using var command = data.Primary.CreateCommand(EventStreamSql.Last);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        await row.ReadAsync(cancellationToken);
        return row.IsDBNull(4) ? PrunedTo(row) ?? new(Timeline(row), 0, 0) : new(Timeline(row), row.GetFieldValue<ulong>(4), row.GetInt64(5));
    }

    /// <summary>What comes after a place; a reset first, where it is not known what was between.</summary>
    public async Task<EventPage> AfterAsync(EventCursor after, CancellationToken cancellationToken)
    {
        var items = new List<StreamItem>();
        string? lost = null;
        EventCursor? pruned = null;
        await using (var command = data.Primary.CreateCommand(EventStreamSql.After))
        {
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = after.TransactionId.ToString(CultureInfo.InvariantCulture) });
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = after.Position });
            command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = PageSize });
            await using var row = await command.ExecuteReaderAsync(cancellationToken);
            while (await row.ReadAsync(cancellationToken))
            {
                pruned = PrunedTo(row);
                lost = Timeline(row) != after.Timeline || after.TransactionId >= row.GetFieldValue<ulong>(1) ? History
                    : pruned is { } mark && after.IsBefore(mark) ? Pruned : null;
                if (!row.IsDBNull(4))
                    items.Add(ItemAt(row));
            }
        }

        if (lost == History)
        {
            // What came between is in the list of conversations, whoever reads it after this.
            var last = await LastAsync(cancellationToken);
            return new(last, [StreamItem.Reset(last, lost)], IsWhole: true);
        }

        if (lost is not null)
            items.Insert(0, StreamItem.Reset(pruned!.Value, lost));
        return new(items.Count == 0 ? after : items[^1].Cursor, items, items.Count < PageSize);
    }

    private static StreamItem ItemAt(NpgsqlDataReader row)
    {
        Guid? Id(int column) => row.IsDBNull(column) ? null : row.GetGuid(column);
        return StreamItem.Of(new(Timeline(row), row.GetFieldValue<ulong>(4), row.GetInt64(5)), row.GetFieldValue<ConversationEventKind>(6), new(
            row.GetGuid(7), Id(8), Id(9), row.IsDBNull(10) ? null : row.GetFieldValue<ConversationStatus>(10), row.IsDBNull(11) ? null : row.GetString(11), row.GetDateTime(12)));
    }

    private static uint Timeline(NpgsqlDataReader row) => uint.Parse(row.GetString(0), NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static EventCursor? PrunedTo(NpgsqlDataReader row) => row.IsDBNull(2) ? null : new(Timeline(row), row.GetFieldValue<ulong>(2), row.GetInt64(3));
}

/// <summary>Some events.</summary>
/// <param name="End">The place after them.</param>
/// <param name="Items">In their order.</param>
/// <param name="IsWhole">Whether there was no more.</param>
internal sealed record EventPage(EventCursor End, IReadOnlyList<StreamItem> Items, bool IsWhole);
