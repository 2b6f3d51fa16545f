using System.ComponentModel;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Migrations.Operations;

namespace ConversationData.Migrations;

/// <summary>
/// Each row knows since when it is there, in words of the database: <c>created_at</c> is what a service's clock said before the row was
/// written, and a row that is put back keeps it. Rows that are there already are known by that alone; nothing is rewritten.
/// </summary>
[DbContext(typeof(ConversationDbContext))]
[Migration("20261122190000_RecordInsertions")]
[Description("Record when and by which transaction a row was inserted")]
[DataLoss("Since when each row is there is forgotten: row history goes by its creation time then.")]
internal sealed class RecordInsertions : Migration
{
    private static readonly string[] _tables = ["conversations", "conversation_messages", "ai_suggestions"];

    protected override void Up(MigrationBuilder migrationBuilder)
    {
        foreach (var table in _tables)
            migrationBuilder.Sql($"""
                ALTER TABLE public.{table} ADD COLUMN inserted_at timestamptz NOT NULL DEFAULT '-infinity', ADD COLUMN inserted_in xid8;
                ALTER TABLE public.{table} ALTER COLUMN inserted_at SET DEFAULT clock_timestamp(), ALTER COLUMN inserted_in SET DEFAULT pg_current_xact_id();
                """);
        migrationBuilder.Sql(Reading);
    }

    protected override void Down(MigrationBuilder migrationBuilder)
    {
        // With the reading goes the recording, which is the same as before.
        migrationBuilder.Sql(new CountPendingSuggestions().UpOperations.OfType<SqlOperation>().Last().Sql);
        foreach (var table in _tables)
            migrationBuilder.Sql($"ALTER TABLE public.{table} DROP COLUMN inserted_at, DROP COLUMN inserted_in;");
    }

    private const string Reading = """
        CREATE OR REPLACE FUNCTION history.rows_as_of(conversation uuid, moment timestamptz)
        RETURNS TABLE (table_name text, row_id uuid, row_then jsonb)
        LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
            WITH candidates AS (
                SELECT v.table_name, v.row_id FROM history.row_versions v WHERE v.conversation_id = conversation
                UNION SELECT 'conversations', conversation
                UNION SELECT 'conversation_messages', m.id FROM public.conversation_messages m WHERE m.conversation_id = conversation
                UNION SELECT 'ai_suggestions', s.id FROM public.ai_suggestions s WHERE s.conversation_id = conversation
            ), states AS (
                SELECT c.table_name, c.row_id, coalesce(
                    (SELECT v.old_row FROM history.row_versions v
                     WHERE v.row_id = c.row_id AND v.table_name = c.table_name AND history.committed_at(v.transaction_id, v.recorded_at) > moment
                     ORDER BY v.version_number LIMIT 1),
                    CASE c.table_name
                        WHEN 'conversations' THEN (SELECT to_jsonb(r) FROM public.conversations r WHERE r.id = c.row_id)
                        WHEN 'conversation_messages' THEN (SELECT to_jsonb(r) FROM public.conversation_messages r WHERE r.id = c.row_id)
                        ELSE (SELECT to_jsonb(r) FROM public.ai_suggestions r WHERE r.id = c.row_id)
                    END) AS state
                FROM candidates c
            )
            SELECT s.table_name, s.row_id, s.state - ARRAY['message_count', 'last_message_at', 'last_inbound_at', 'last_outbound_at', 'updated_at', 'version',
                'pending_suggestions', 'inserted_at', 'inserted_in']
            FROM states s
            WHERE coalesce(nullif(history.committed_at((s.state ->> 'inserted_in')::xid8, (s.state ->> 'inserted_at')::timestamptz), '-infinity'), (s.state ->> 'created_at')::timestamptz) <= moment
              AND coalesce((s.state ->> 'conversation_id')::uuid, s.row_id) = conversation
        $$;
        """;
}
