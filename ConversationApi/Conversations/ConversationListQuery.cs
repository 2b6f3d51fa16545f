using System.Globalization;
using ConversationApi.Paging;
using ConversationData.Conversations;
using Npgsql;
using NpgsqlTypes;

namespace ConversationApi.Conversations;

/// <summary>Which page of which list is asked for.</summary>
internal sealed record ConversationListQuery(
    ConversationStatus? Status, long? LeadId, string? LeadEmail, string? SubjectText, ConversationSort Sort, Cursor? After, int Limit)
{
    /// <summary>The columns of a <see cref="ConversationView"/>.</summary>
    public static readonly RowWriter Rows = new(
        ("id", ColumnKind.Uuid), ("lead_id", ColumnKind.BigInteger), ("lead_email", ColumnKind.Text), ("lead_name", ColumnKind.Text),
        ("subject", ColumnKind.Text), ("status", ColumnKind.Text), ("message_count", ColumnKind.Integer), ("last_message_at", ColumnKind.Time),
        ("last_inbound_at", ColumnKind.Time), ("last_outbound_at", ColumnKind.Time), ("archived_at", ColumnKind.Time),
        ("created_at", ColumnKind.Time), ("updated_at", ColumnKind.Time), ("version", ColumnKind.BigInteger));

    private const int Id = 0;
    private const int MessageCount = 6;
    private const int LastMessageAt = 7;

    private static readonly string[] _statuses = ["active", "needs_reply", "waiting", "archived"];

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
                ConversationSort.LastMessageAt => $"(last_message_at, id) < ({Parameter(new DateTime(after.Value, DateTimeKind.Utc), NpgsqlDbType.TimestampTz)}, {id})",
                ConversationSort.MessageCount => $"(message_count, id) < ({Parameter((int)after.Value, NpgsqlDbType.Integer)}, {id})",
                _ => $"id < {id}",
            });
        }

        var order = Sort switch
        {
            ConversationSort.LastMessageAt => "last_message_at DESC, id DESC",
            ConversationSort.MessageCount => "message_count DESC, id DESC",
            // Ids are made in the order of creation.
            _ => "id DESC",
        };
        var limit = Parameter(Limit + 1, NpgsqlDbType.Integer);
        command.CommandText = Status is { } status ? Select([.. conditions, $"status = '{_statuses[(int)status]}'"], order, limit)
            : conditions.Count > (After is null ? 0 : 1) || Sort == ConversationSort.CreatedAt ? Select(conditions, order, limit)
            : OverStatuses(conditions, order, limit);
        return command;
    }

    /// <summary>What continues behind a row.</summary>
    public string CursorAt(NpgsqlDataReader row) => new Cursor(Sort switch
    {
        ConversationSort.LastMessageAt => row.GetDateTime(LastMessageAt).Ticks,
        ConversationSort.MessageCount => row.GetInt32(MessageCount),
        _ => 0,
    }, row.GetGuid(Id)).Encode(ListName(Status, LeadId, LeadEmail, SubjectText, Sort));

    private static string Select(List<string> conditions, string order, string limit) =>
        $"SELECT {Rows.Columns} FROM conversations{(conditions.Count == 0 ? "" : " WHERE " + string.Join(" AND ", conditions))} ORDER BY {order} LIMIT {limit}";

    /// <summary>Each status has its ordered index: their heads together are the head of all, and no index over all is kept up for it.</summary>
    private static string OverStatuses(List<string> conditions, string order, string limit) =>
        $"SELECT * FROM ({string.Join(" UNION ALL ", _statuses.Select(s => $"({Select([.. conditions, $"status = '{s}'"], order, limit)})"))}) AS c ORDER BY {order} LIMIT {limit}";

    private static string Escape(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal);
}
