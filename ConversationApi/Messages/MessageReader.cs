using ConversationApi.Paging;
using ConversationData.Connections;
using ConversationData.Queries;
using Npgsql;
using NpgsqlTypes;

namespace ConversationApi.Messages;

/// <summary>Reads the thread of a conversation, oldest first.</summary>
internal sealed class MessageReader(ConversationDataSource data)
{
    /// <summary>The columns of a <see cref="MessageView"/>.</summary>
    public static readonly RowWriter Rows = new(
        ("id", ColumnKind.Uuid), ("conversation_id", ColumnKind.Uuid), ("direction", ColumnKind.Text), ("subject", ColumnKind.Text),
        ("content", ColumnKind.Text), ("html_content", ColumnKind.Html), ("sent_at", ColumnKind.Time), ("sender_email", ColumnKind.Text),
        ("sender_name", ColumnKind.Text), ("recipient_email", ColumnKind.Text), ("message_id", ColumnKind.Text), ("in_reply_to", ColumnKind.Text),
        ("gmail_message_id", ColumnKind.Text), ("postmark_message_id", ColumnKind.Text), ("gmail_thread_id", ColumnKind.Text),
        ("headers", ColumnKind.Json), ("attachments", ColumnKind.Json), ("marks", ColumnKind.Texts), ("delivery_status", ColumnKind.Text),
        ("created_at", ColumnKind.Time));

    private const int Id = 0;
    private const int SentAt = 6;

    public async Task<PageResult<MessageView>> ListAsync(Guid conversationId, Cursor? after, int limit, CancellationToken cancellationToken)
    {
        await using var command = data.Primary.CreateCommand(after is null ? MessageSql.First : MessageSql.Next);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = conversationId });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit + 1 });
        if (after is { } cursor)
        {
            command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = new DateTime(cursor.Value, DateTimeKind.Utc), NpgsqlDbType = NpgsqlDbType.TimestampTz });
            command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = cursor.Id });
        }

        return await PageResult<MessageView>.ReadAsync(command, Rows, limit,
            row => new Cursor(row.GetDateTime(SentAt).Ticks, row.GetGuid(Id)).Encode(ListName(conversationId)), cancellationToken);
    }

    /// <summary>What a cursor must fit.</summary>
    public static string ListName(Guid conversationId) => $"messages|{conversationId}";
}
