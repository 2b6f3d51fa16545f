using ConversationApi.Database;
using ConversationApi.Paging;
using ConversationData.Connections;

namespace ConversationApi.Delivery.Replies;

/// <summary>Reads what was given up, the latest first.</summary>
internal sealed class DeliveryReader(ConversationDataSource data)
{
    /// <summary>What a cursor must fit.</summary>
    public const string ListName = "deliveries|failed";

    private const string Failed = """
        SELECT w.message_id, m.conversation_id, m.recipient_email, m.subject, w.attempts, w.last_error, w.in_doubt, w.failed_at
        FROM message_work w JOIN conversation_messages m ON m.id = w.message_id
        WHERE w.kind = 'deliver' AND w.failed_at IS NOT NULL AND (w.failed_at, w.message_id) < (coalesce($2, 'infinity'::timestamptz), $3)
        ORDER BY w.failed_at DESC, w.message_id DESC LIMIT $1
        """;

    public async Task<Page<DeliveryView>> ListFailedAsync(Cursor? after, int limit, CancellationToken cancellationToken)
    {
        await using var command = data.Primary.CreateCommand(Failed);
        command.Parameters.AddRange((Npgsql.NpgsqlParameter[])[SqlValue.Integer(limit + 1), SqlValue.Time(after is { } cursor ? new DateTime(cursor.Value, DateTimeKind.Utc) : null), SqlValue.Uuid(after?.Id ?? Guid.Empty)]);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var items = new List<DeliveryView>();
        while (await reader.ReadAsync(cancellationToken))
            items.Add(new(reader.GetGuid(0), reader.GetGuid(1), reader.IsDBNull(2) ? null : reader.GetString(2), reader.GetString(3), reader.GetInt32(4),
                reader.IsDBNull(5) ? null : reader.GetString(5), reader.GetBoolean(6), reader.GetDateTime(7)));
        if (items.Count <= limit)
            return new(items, null);
        items.RemoveAt(limit);
        return new(items, new Cursor(items[^1].FailedAt.Ticks, items[^1].MessageId).Encode(ListName));
    }
}
