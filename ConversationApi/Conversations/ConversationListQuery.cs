using System.Globalization;
using ConversationApi.Paging;
using ConversationData.Conversations;
using ConversationData.Queries;
using Npgsql;
using NpgsqlTypes;

namespace ConversationApi.Conversations;

/// <summary>Which page of which list is asked for.</summary>
internal sealed record ConversationListQuery(
    ConversationStatus? Status, long? LeadId, string? LeadEmail, string? SubjectText, ConversationSort Sort, Cursor? After, int Limit)
{
    /// <summary>What a cursor must fit.</summary>
    public static string ListName(ConversationStatus? status, long? leadId, string? leadEmail, string? text, ConversationSort sort) =>
        string.Create(CultureInfo.InvariantCulture, $"{sort}|{status}|{leadId}|{leadEmail}|{text}");

    /// <summary>One row more than the page has says that there is another.</summary>
    public NpgsqlCommand ToCommand(NpgsqlDataSource source)
    {
        var command = source.CreateCommand();
        var conditions = new List<string>();
        string Parameter(object value, NpgsqlDbType type)
        {
            command.Parameters.Add(new() { Value = value, NpgsqlDbType = type });
            return $"${command.Parameters.Count}";
        }

        if (LeadId is { } leadId)
            conditions.Add($"lead_id = {Parameter(leadId, NpgsqlDbType.Bigint)}");
        if (LeadEmail is { } leadEmail)
            conditions.Add($"lead_email = {Parameter(leadEmail, NpgsqlDbType.Text)}");
        if (SubjectText is { } text)
            conditions.Add($"subject ILIKE {Parameter($"%{Escape(text)}%", NpgsqlDbType.Text)}");
        if (After is { } after)
        {
            var id = Parameter(after.Id, NpgsqlDbType.Uuid);
            conditions.Add(Sort switch
            {
                ConversationSort.LastMessageAt => ConversationSql.AfterLastMessage(id, Parameter(new DateTime(after.Value, DateTimeKind.Utc), NpgsqlDbType.TimestampTz)),
                ConversationSort.MessageCount => $"(message_count, id) < ({Parameter((int)after.Value, NpgsqlDbType.Integer)}, {id})",
                _ => $"id < {id}",
            });
        }

        var order = Sort switch
        {
            ConversationSort.LastMessageAt => ConversationSql.ByLastMessage,
            ConversationSort.MessageCount => ConversationSql.ByMessageCount,
            _ => ConversationSql.ByCreation,
        };
        var limit = Parameter(Limit + 1, NpgsqlDbType.Integer);
        command.CommandText = Status is { } status ? ConversationSql.List([.. conditions, ConversationSql.HasStatus(status)], order, limit)
            : conditions.Count > (After is null ? 0 : 1) || Sort == ConversationSort.CreatedAt ? ConversationSql.List(conditions, order, limit)
            : ConversationSql.ListOverStatuses(conditions, order, limit);
        return command;
    }

    public static ConversationView Read(NpgsqlDataReader row) => new(
        row.GetGuid(0), row.IsDBNull(1) ? null : row.GetInt64(1), Text(row, 2), Text(row, 3), row.GetString(4), row.GetFieldValue<ConversationStatus>(5), row.GetInt32(6),
        row.GetDateTime(7), Time(row, 8), Time(row, 9), Time(row, 10), row.GetDateTime(11), row.GetDateTime(12), row.GetInt64(13));

    public Cursor CursorAt(ConversationView row) => new(Sort switch
    {
        ConversationSort.LastMessageAt => row.LastMessageAt.Ticks,
        ConversationSort.MessageCount => row.MessageCount,
        _ => 0,
    }, row.Id);

    private static string Escape(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal);

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static DateTime? Time(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetDateTime(column);
}
