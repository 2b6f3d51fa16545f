using ConversationApi.Html;
using ConversationData.Messages;
using ConversationData.Queries;
using Npgsql;

namespace ConversationApi.Messages;

/// <summary>A single message, where the whole page at once is not wanted.</summary>
internal static class MessageRow
{
    /// <summary>A row of <see cref="MessageSql.Columns"/>.</summary>
    public static MessageView View(NpgsqlDataReader row)
    {
        string? Text(int column) => row.IsDBNull(column) ? null : row.GetString(column);
        return new(row.GetGuid(0), row.GetGuid(1), row.GetFieldValue<MessageDirection>(2), row.GetString(3), row.GetString(4), Text(5) is { } html ? HtmlCleaner.Clean(html) : null, row.GetDateTime(6), Text(7), Text(8), Text(9),
            row.GetString(10), Text(11), Text(12), Text(13), Text(14), new(row.GetString(15)), new(row.GetString(16)), row.GetFieldValue<string[]>(17),
            row.IsDBNull(18) ? null : row.GetFieldValue<DeliveryStatus>(18), row.GetDateTime(19));
    }
}
