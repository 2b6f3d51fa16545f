using ConversationData.Conversations;

namespace ConversationData.Queries;

/// <summary>How conversations are asked for. Only names and numbers of parameters are put together here, never values.</summary>
public static class ConversationSql
{
    /// <summary>All that a list shows.</summary>
    public const string Columns = "id, lead_id, lead_email, lead_name, subject, status, message_count, last_message_at, last_inbound_at, last_outbound_at, "
        + "archived_at, created_at, updated_at, version";

    /// <summary>One conversation; $1 is its id.</summary>
    public const string ById = $"SELECT {Columns} FROM conversations WHERE id = $1";

    /// <summary>One conversation, for whoever changes it; $1 is its id.</summary>
    public const string Lock = $"{ById} FOR UPDATE";

    /// <summary>Order: the latest message first.</summary>
    public const string ByLastMessage = "last_message_at DESC, id DESC";

    /// <summary>Order: the longest first.</summary>
    public const string ByMessageCount = "message_count DESC, id DESC";

    /// <summary>Order: the newest first; ids are made in the order of creation.</summary>
    public const string ByCreation = "id DESC";

    private static readonly string[] _statuses = ["active", "needs_reply", "waiting", "archived"];

    /// <summary>The condition that a page in the order <see cref="ByLastMessage"/> begins after a row.</summary>
    public static string AfterLastMessage(string id, string time) => $"(last_message_at, id) < ({time}, {id})";

    /// <summary>The condition of a status, as a literal: the planner then knows how many rows it has.</summary>
    public static string HasStatus(ConversationStatus status) => $"status = '{_statuses[(int)status]}'";

    /// <summary>The condition that a conversation has a suggestion that nobody decided about, which has indexes of its own, or has none.</summary>
    public static string HasPendingSuggestion(bool has) => has ? "pending_suggestions > 0" : "pending_suggestions = 0";

    /// <summary>
    /// The condition that a conversation has a link that nobody settled, or has none. Each link waits for a person, so that there are few: they
    /// are looked up, rather than looked for among all.
    /// </summary>
    public static string IsLinked(bool linked) => linked
        ? "id = ANY (ARRAY(SELECT unnest(ARRAY[conversation_id, linked_conversation_id]) FROM conversation_links WHERE resolved_at IS NULL))"
        : "NOT EXISTS (SELECT FROM conversation_links l WHERE l.resolved_at IS NULL AND conversations.id IN (l.conversation_id, l.linked_conversation_id))";

    /// <summary>A page of a list.</summary>
    /// <param name="conditions">All of them hold.</param>
    /// <param name="order">One of the orders here.</param>
    /// <param name="limit">The parameter that says how many rows.</param>
    public static string List(IReadOnlyCollection<string> conditions, string order, string limit)
    {
        ArgumentNullException.ThrowIfNull(conditions);
        return $"SELECT {Columns} FROM conversations{(conditions.Count == 0 ? "" : " WHERE " + string.Join(" AND ", conditions))} ORDER BY {order} LIMIT {limit}";
    }

    /// <summary>A page over all statuses. Each has its ordered index: their heads together are the head of all, and no index over all is kept up for it.</summary>
    public static string ListOverStatuses(IReadOnlyCollection<string> conditions, string order, string limit) =>
        $"SELECT * FROM ({string.Join(" UNION ALL ", Enum.GetValues<ConversationStatus>().Select(s => $"({List([.. conditions, HasStatus(s)], order, limit)})"))}) AS c ORDER BY {order} LIMIT {limit}";
}
