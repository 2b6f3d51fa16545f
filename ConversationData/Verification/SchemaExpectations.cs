using System.Globalization;
using ConversationData.Roles;
using Npgsql;

namespace ConversationData.Verification;

/// <summary>What the model of Entity Framework cannot say: triggers, functions, partitions, privileges, settings.</summary>
internal static class SchemaExpectations
{
    /// <summary>Table, trigger, and what is wrong without it.</summary>
    private static readonly (string Table, string Trigger, string Lost)[] _triggers =
    [
        .. from table in new[] { "conversations", "conversation_messages", "ai_suggestions" }
           from trigger in new[] { "record_update", "record_delete" }
           select (table, trigger, "changes are not recorded"),
        ("ai_suggestions", "count_pending", "drafts that wait are not counted"),
    ];

    private static readonly string[] _functions =
        ["history.record_row()", "history.committed_at(xid8, timestamptz)", "history.rows_as_of(uuid, timestamptz)", "public.count_pending_suggestions()",
        "ops.erase_lead(text, text, uuid)", "ops.lead_history(text)", "ops.known_addresses(bytea[])", "ops.replay_erasure(bytea, timestamptz, text, text[])"];

    /// <summary>Indexes on expressions, with their schema: the model knows columns alone.</summary>
    public static IReadOnlyList<string> ExpressionIndexes { get; } = ["public.ix_conversation_messages_addresses", "history.ix_row_versions_addresses"];

    /// <summary>What only the worker may call: each is done with the owner's rights.</summary>
    private static readonly string[] _workersFunctions = ["history.ensure_partitions(integer)", "history.drop_partition(interval)", "history.prune_rows(interval, integer)"];

    /// <summary>Role, table, the privileges it has, and those that it must not have.</summary>
    private static readonly (string Role, string Table, string Has, string HasNot)[] _privileges =
    [
        .. from table in new[]
           {
               "conversations", "conversation_redirects", "conversation_links", "conversation_messages", "message_references", "ai_suggestions", "embedding_models", "embedding_model_terms",
               "message_embeddings", "message_search", "search_terms", "search_corpus", "message_work", "conversation_events", "event_retention", "idempotency_keys", "inbound_set_aside", "gmail_mailboxes",
           }
           from expected in new[]
           {
               (DatabaseRoles.Application, $"public.{table}", "SELECT, INSERT, UPDATE, DELETE", "TRUNCATE"),
               (DatabaseRoles.Analytics, $"public.{table}", "SELECT", "INSERT, UPDATE, DELETE, TRUNCATE"),
               (DatabaseRoles.Maintenance, $"public.{table}", "SELECT", ""),
           }
           select expected,
        (DatabaseRoles.Application, "ops.api_keys", "SELECT, INSERT, UPDATE", "DELETE, TRUNCATE"),
        (DatabaseRoles.Analytics, "ops.api_keys", "", "SELECT, INSERT, UPDATE, DELETE"),
        (DatabaseRoles.Maintenance, "ops.api_keys", "SELECT, INSERT, UPDATE, DELETE", ""),
        .. from table in new[] { "ops.runs", "ops.run_log", "ops.jobs", "ops.log_levels" }
           from expected in new[]
           {
               (DatabaseRoles.Maintenance, table, "SELECT, INSERT, UPDATE, DELETE", ""),
               (DatabaseRoles.Application, table, "", "INSERT, UPDATE, DELETE, TRUNCATE"),
               (DatabaseRoles.Analytics, table, "", "SELECT, INSERT, UPDATE, DELETE"),
           }
           select expected,
        (DatabaseRoles.Application, "ops.log_levels", "SELECT", ""),
        (DatabaseRoles.Application, "ops.erasures", "", "SELECT, INSERT, UPDATE, DELETE, TRUNCATE"),
        (DatabaseRoles.Maintenance, "ops.erasures", "SELECT", "INSERT, UPDATE, DELETE"),
        (DatabaseRoles.Application, "ops.\"__EFMigrationsHistory\"", "SELECT", "INSERT, UPDATE, DELETE, TRUNCATE"),
        (DatabaseRoles.Application, "history.row_versions", "", "SELECT, INSERT, UPDATE, DELETE, TRUNCATE"),
        (DatabaseRoles.Analytics, "history.row_versions", "", "SELECT, INSERT, UPDATE, DELETE"),
        (DatabaseRoles.Maintenance, "history.row_versions", "SELECT", ""),
    ];

    public static async Task CheckAsync(List<VerificationFinding> findings, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        foreach (var (table, trigger, lost) in _triggers)
        {
            var there = await IsAsync(connection, "SELECT EXISTS (SELECT 1 FROM pg_trigger WHERE tgrelid = to_regclass($1) AND tgname = $2 AND tgenabled = 'O')", cancellationToken, $"public.{table}", trigger);
            findings.Add(VerificationFinding.Expect(there, "trigger", $"public.{table}.{trigger}", $"is missing or disabled: {lost}"));
        }

        foreach (var index in ExpressionIndexes)
            findings.Add(VerificationFinding.Expect(await IsAsync(connection, "SELECT EXISTS (SELECT 1 FROM pg_index WHERE indexrelid = to_regclass($1) AND indisvalid AND indisready)", cancellationToken, index), "index", index, "is missing or invalid"));

        foreach (var function in _functions)
            findings.Add(VerificationFinding.Expect(await IsAsync(connection, "SELECT to_regprocedure($1) IS NOT NULL", cancellationToken, function), "function", function, "is missing"));

        foreach (var function in _workersFunctions)
            findings.Add(await ExecutionAsync(connection, function, cancellationToken));

        var months = await MonthsAsync(connection, cancellationToken);
        foreach (var month in months)
            findings.Add(VerificationFinding.Expect(await IsAsync(connection, "SELECT to_regclass($1) IS NOT NULL", cancellationToken, month), "partition", month, "is missing: run 'prune-history' of the worker, or 'upgrade'"));

        foreach (var (role, table, has, hasNot) in _privileges)
            findings.Add(await PrivilegeAsync(connection, role, table, has, hasNot, cancellationToken));

        var later = await IsAsync(connection, """
            SELECT EXISTS (SELECT 1 FROM pg_default_acl d, aclexplode(d.defaclacl) a
                WHERE d.defaclrole = to_regrole($1)::oid AND d.defaclnamespace = to_regnamespace('public')::oid AND d.defaclobjtype = 'r' AND a.grantee = to_regrole($2)::oid AND a.privilege_type = 'INSERT')
            """, cancellationToken, DatabaseRoles.Owner, DatabaseRoles.Application);
        findings.Add(VerificationFinding.Expect(later, "privilege", "tables of later migrations", $"{DatabaseRoles.Application} gets nothing on them by default"));

        if (!await IsAsync(connection, "SELECT current_setting('track_commit_timestamp')::boolean", cancellationToken))
            findings.Add(new(VerificationResult.Warning, "setting", "track_commit_timestamp", "is off: row history goes by the time of the change instead of the commit"));
    }

    private static async Task<VerificationFinding> PrivilegeAsync(NpgsqlConnection connection, string role, string table, string has, string hasNot, CancellationToken cancellationToken)
    {
        var name = $"{role} on {table}";
        if (!await IsAsync(connection, "SELECT to_regclass($1) IS NOT NULL AND to_regrole($2) IS NOT NULL", cancellationToken, table, role))
            return new(VerificationResult.Failed, "privilege", name, "the table or the role is missing");
        const string Holds = "SELECT has_table_privilege($1, $2, $3)";
        var missing = new List<string>();
        var excess = new List<string>();
        foreach (var privilege in has.Split(", ", StringSplitOptions.RemoveEmptyEntries))
            if (!await IsAsync(connection, Holds, cancellationToken, role, table, privilege))
                missing.Add(privilege);
        foreach (var privilege in hasNot.Split(", ", StringSplitOptions.RemoveEmptyEntries))
            if (await IsAsync(connection, Holds, cancellationToken, role, table, privilege))
                excess.Add(privilege);
        return missing.Count > 0 ? new(VerificationResult.Failed, "privilege", name, $"lacks {string.Join(", ", missing)}")
            : excess.Count > 0 ? new(VerificationResult.Failed, "privilege", name, $"has {string.Join(", ", excess)}, which it must not")
            : new(VerificationResult.Ok, "privilege", name);
    }

    private static async Task<VerificationFinding> ExecutionAsync(NpgsqlConnection connection, string function, CancellationToken cancellationToken)
    {
        const string May = "SELECT CASE WHEN to_regrole($1) IS NULL OR to_regprocedure($2) IS NULL THEN false ELSE has_function_privilege($1, to_regprocedure($2)::oid, 'EXECUTE') END";
        return !await IsAsync(connection, May, cancellationToken, DatabaseRoles.Maintenance, function)
            ? new(VerificationResult.Failed, "privilege", $"{DatabaseRoles.Maintenance} on {function}", "lacks EXECUTE, or it is missing")
            : VerificationFinding.Expect(!await IsAsync(connection, May, cancellationToken, DatabaseRoles.Application, function), "privilege", $"{DatabaseRoles.Application} on {function}", "has EXECUTE, which it must not");
    }

    private static async Task<string[]> MonthsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT date_trunc('month', now() AT TIME ZONE 'UTC')", connection);
        var month = (DateTime)(await command.ExecuteScalarAsync(cancellationToken))!;
        return [.. new[] { month, month.AddMonths(1) }.Select(m => string.Create(CultureInfo.InvariantCulture, $"history.row_versions_{m:yyyy_MM}"))];
    }

    private static async Task<bool> IsAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params string[] values)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
            command.Parameters.Add(new() { Value = value });
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}
