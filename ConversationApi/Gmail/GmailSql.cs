namespace ConversationApi.Gmail;

/// <summary>The statements of mailboxes: $1 mailbox, $2 this process. Who lost the mailbox changes nothing.</summary>
internal static class GmailSql
{
    /// <summary>$3 lease.</summary>
    public const string Claim = """
        INSERT INTO gmail_mailboxes AS m (mailbox, claimed_by, claimed_until) VALUES ($1, $2, now() + $3)
        ON CONFLICT (mailbox) DO UPDATE SET claimed_by = $2, claimed_until = now() + $3 WHERE m.claimed_by = $2 OR m.claimed_until <= now()
        RETURNING history_id, listing_from, listing_query, last_synced_at
        """;

    /// <summary>$3 lease, $4 history, $5 and $6 what is listed, $7 how many messages wait.</summary>
    public const string Save = """
        UPDATE gmail_mailboxes SET claimed_until = now() + $3, history_at = CASE WHEN history_id IS DISTINCT FROM $4 THEN now() ELSE history_at END,
            history_id = $4, listing_from = $5, listing_query = $6, messages_waiting = $7
        WHERE mailbox = $1 AND claimed_by = $2
        """;

    public const string Synced = "UPDATE gmail_mailboxes SET last_synced_at = now(), last_error = NULL, last_error_at = NULL, messages_waiting = 0 WHERE mailbox = $1 AND claimed_by = $2";

    /// <summary>$3 why.</summary>
    public const string Failed = "UPDATE gmail_mailboxes SET last_error = $3, last_error_at = now() WHERE mailbox = $1 AND claimed_by = $2";

    /// <summary>All of them, whoever reads them.</summary>
    public const string List = """
        SELECT mailbox, history_id, history_at, listing_from IS NOT NULL, messages_waiting, last_synced_at, last_error, last_error_at, claimed_until > now()
        FROM gmail_mailboxes ORDER BY mailbox LIMIT 100
        """;

    public const string Release = "UPDATE gmail_mailboxes SET claimed_until = now() WHERE mailbox = $1 AND claimed_by = $2";
}
