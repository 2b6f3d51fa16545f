using System.Globalization;
using ConversationApi.Paging;
using ConversationData.Conversations;
using ConversationData.Queries;
using Npgsql;
using NpgsqlTypes;

namespace ConversationApi.Conversations;

/// <summary>Which page of which list is asked for.</summary>
internal sealed record ConversationListQuery(
    ConversationStatus? Status, long? LeadId, string? LeadEmail, string? SubjectText, bool? HasPendingSuggestion, bool? Linked, ConversationSort Sort, Cursor? After, int Limit)
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

    /// <summary>What a cursor must fit.</summary>
    public static string ListName(ConversationStatus? status, long? leadId, string? leadEmail, string? text, bool? pending, bool? linked, ConversationSort sort) =>
        string.Create(CultureInfo.InvariantCulture, $"{sort}|{status}|{leadId}|{leadEmail}|{pending}|{linked}|{text}");

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
        if (Linked is { } linked)
            conditions.Add(ConversationSql.IsLinked(linked));
        // From here on nothing makes the rows few.
        var isNarrow = conditions.Count > (Linked == false ? 1 : 0);
        if (HasPendingSuggestion is { } pending)
            conditions.Add(ConversationSql.HasPendingSuggestion(pending));
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
            : isNarrow || (Sort == ConversationSort.CreatedAt && HasPendingSuggestion != true) ? ConversationSql.List(conditions, order, limit)
            : ConversationSql.ListOverStatuses(conditions, order, limit);
        return command;
    }

    /// <summary>What continues behind a row.</summary>
    public string CursorAt(NpgsqlDataReader row) => new Cursor(Sort switch
    {
        ConversationSort.LastMessageAt => row.GetDateTime(LastMessageAt).Ticks,
        ConversationSort.MessageCount => row.GetInt32(MessageCount),
        _ => 0,
    }, row.GetGuid(Id)).Encode(ListName(Status, LeadId, LeadEmail, SubjectText, HasPendingSuggestion, Linked, Sort));

    private static string Escape(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal);
}
