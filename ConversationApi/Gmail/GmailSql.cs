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

    /// <summary>$3 lease, $4 history, $5 and $6 what is listed.</summary>
    public const string Save = """
        UPDATE gmail_mailboxes SET claimed_until = now() + $3, history_id = $4, listing_from = $5, listing_query = $6 WHERE mailbox = $1 AND claimed_by = $2
        """;

    public const string Synced = "UPDATE gmail_mailboxes SET last_synced_at = now(), last_error = NULL WHERE mailbox = $1 AND claimed_by = $2";

    /// <summary>$3 why.</summary>
    public const string Failed = "UPDATE gmail_mailboxes SET last_error = $3 WHERE mailbox = $1 AND claimed_by = $2";

    public const string Release = "UPDATE gmail_mailboxes SET claimed_until = now() WHERE mailbox = $1 AND claimed_by = $2";
}
