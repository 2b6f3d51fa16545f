namespace ConversationApi.SetAside;

/// <summary>The statements of mail that was set aside.</summary>
internal static class SetAsideSql
{
    private const string Columns = "id, source, external_id, received_at, problem_type, reason, body_length, octet_length(body) AS kept_length, attempts, last_attempt_at";

    /// <summary>$1 id, $2 source, $3 fingerprint, $4 external id, $5 type of the problem, $6 reason, $7 body, $8 length, $9 addresses, $10 now. Gives the id that it has.</summary>
    public const string Add = """
        INSERT INTO inbound_set_aside AS s (id, source, fingerprint, external_id, problem_type, reason, body, body_length, addresses, received_at, last_attempt_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)
        ON CONFLICT (source, fingerprint) DO UPDATE
            SET attempts = s.attempts + 1, problem_type = excluded.problem_type, reason = excluded.reason, last_attempt_at = excluded.last_attempt_at
        RETURNING id
        """;

    /// <summary>The first page: $1 how many.</summary>
    public const string First = $"SELECT {Columns} FROM inbound_set_aside ORDER BY id DESC LIMIT $1";

    /// <summary>A later page: $1 how many, $2 the last id before.</summary>
    public const string Next = $"SELECT {Columns} FROM inbound_set_aside WHERE id < $2 ORDER BY id DESC LIMIT $1";

    /// <summary>One of them: $1 id, $2 how many bytes of its body.</summary>
    public const string ById = $"SELECT {Columns}, substring(body FOR $2) FROM inbound_set_aside WHERE id = $1";

    /// <summary>What came: $1 id.</summary>
    public const string Body = "SELECT source, external_id, body, octet_length(body) = body_length FROM inbound_set_aside WHERE id = $1";

    /// <summary>It was tried and is refused still: $1 id, $2 type of the problem, $3 reason, $4 now.</summary>
    public const string Failed = "UPDATE inbound_set_aside SET attempts = attempts + 1, problem_type = $2, reason = $3, last_attempt_at = $4 WHERE id = $1";

    /// <summary>$1 id.</summary>
    public const string Remove = "DELETE FROM inbound_set_aside WHERE id = $1";
}
