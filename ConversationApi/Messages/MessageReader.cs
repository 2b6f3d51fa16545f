using ConversationApi.Paging;
using ConversationData.Connections;
using ConversationData.Messages;
using ConversationData.Queries;
using Npgsql;
using NpgsqlTypes;

namespace ConversationApi.Messages;

/// <summary>Reads the thread of a conversation, oldest first.</summary>
internal sealed class MessageReader(ConversationDataSource data)
{
    public async Task<Page<MessageView>> ListAsync(Guid conversationId, Cursor? after, int limit, CancellationToken cancellationToken)
    {
        await using var command = data.Primary.CreateCommand(after is null ? MessageSql.First : MessageSql.Next);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = conversationId });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit + 1 });
        if (after is { } cursor)
        {
            command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = new DateTime(cursor.Value, DateTimeKind.Utc), NpgsqlDbType = NpgsqlDbType.TimestampTz });
            command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = cursor.Id });
        }

        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<MessageView>();
        while (await reader.ReadAsync(cancellationToken))
            rows.Add(Read(reader));
        if (rows.Count <= limit)
            return new(rows, null);
        rows.RemoveAt(limit);
        return new(rows, new Cursor(rows[^1].SentAt.Ticks, rows[^1].Id).Encode(ListName(conversationId)));
    }

    /// <summary>What a cursor must fit.</summary>
    public static string ListName(Guid conversationId) => $"messages|{conversationId}";

    private static MessageView Read(NpgsqlDataReader row)
    {
        string? Text(int column) => row.IsDBNull(column) ? null : row.GetString(column);
        return new(row.GetGuid(0), row.GetGuid(1), row.GetFieldValue<MessageDirection>(2), row.GetString(3), row.GetString(4), Text(5), row.GetDateTime(6),
            Text(7), Text(8), Text(9), row.GetString(10), Text(11), Text(12), Text(13), Text(14), new(row.GetString(15)), new(row.GetString(16)),
            row.GetFieldValue<string[]>(17), row.IsDBNull(18) ? null : row.GetFieldValue<DeliveryStatus>(18), row.GetDateTime(19));
    }
}
