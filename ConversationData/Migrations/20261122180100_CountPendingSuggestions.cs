using System.ComponentModel;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ConversationData.Migrations;

/// <summary>
/// Each conversation knows how many drafts wait for a person, so that a list of those that have one reads an ordered index and stops at its
/// limit. A trigger counts: drafts also go with their messages. The count follows from the drafts, so row history leaves it out; times in it
/// are in UTC from now on.
/// </summary>
[DbContext(typeof(ConversationDbContext))]
[Migration("20261122180100_CountPendingSuggestions")]
[Description("Count the suggestions of a conversation that wait for a decision")]
internal sealed class CountPendingSuggestions : Migration
{
    private const string Derived = "'message_count', 'last_message_at', 'last_inbound_at', 'last_outbound_at', 'updated_at', 'version'";

    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Sql(Counting);
        migrationBuilder.Sql(History($"{Derived}, 'pending_suggestions'", "SET timezone = 'UTC' "));
    }

    protected override void Down(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Sql("""
            DROP TRIGGER count_pending ON public.ai_suggestions;
            DROP FUNCTION public.count_pending_suggestions();
            ALTER TABLE public.conversations DROP COLUMN pending_suggestions;
            """);
        migrationBuilder.Sql(History(Derived, ""));
    }

    private const string Counting = """
        ALTER TABLE public.conversations ADD COLUMN pending_suggestions integer NOT NULL DEFAULT 0,
            ADD CONSTRAINT ck_conversations_pending_suggestions CHECK (pending_suggestions >= 0);

        CREATE FUNCTION public.count_pending_suggestions() RETURNS trigger
        LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
        BEGIN
            IF TG_OP <> 'INSERT' AND OLD.status = 'pending' THEN
                UPDATE public.conversations SET pending_suggestions = pending_suggestions - 1 WHERE id = OLD.conversation_id;
            END IF;
            IF TG_OP <> 'DELETE' AND NEW.status = 'pending' THEN
                UPDATE public.conversations SET pending_suggestions = pending_suggestions + 1 WHERE id = NEW.conversation_id;
            END IF;
            RETURN NULL;
        END $$;
        REVOKE ALL ON FUNCTION public.count_pending_suggestions() FROM PUBLIC;
        CREATE TRIGGER count_pending AFTER INSERT OR DELETE OR UPDATE OF status, conversation_id ON public.ai_suggestions
            FOR EACH ROW EXECUTE FUNCTION public.count_pending_suggestions();

        UPDATE public.conversations c SET pending_suggestions = s.pending
        FROM (SELECT conversation_id, count(*) AS pending FROM public.ai_suggestions WHERE status = 'pending' GROUP BY 1) s WHERE s.conversation_id = c.id;

        CREATE INDEX ix_conversations_pending_last_message ON public.conversations (status, last_message_at DESC, id DESC) WHERE pending_suggestions > 0;
        CREATE INDEX ix_conversations_pending_message_count ON public.conversations (status, message_count DESC, id DESC) WHERE pending_suggestions > 0;
        CREATE INDEX ix_conversations_pending_id ON public.conversations (status, id DESC) WHERE pending_suggestions > 0;
        """;

    private static string History(string derived, string zone) => $$"""
        CREATE OR REPLACE FUNCTION history.record_row() RETURNS trigger
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp {{zone}}AS $body$
        DECLARE
            old_row jsonb := to_jsonb(OLD) - ARRAY[{{derived}}];
        BEGIN
            INSERT INTO history.row_versions (table_name, row_id, conversation_id, operation, old_row)
            VALUES (TG_TABLE_NAME, OLD.id, coalesce((old_row ->> 'conversation_id')::uuid, OLD.id), TG_OP, old_row);
            RETURN NULL;
        END $body$;

        CREATE OR REPLACE FUNCTION history.rows_as_of(conversation uuid, moment timestamptz)
        RETURNS TABLE (table_name text, row_id uuid, row_then jsonb)
        LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $body$
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
                    END) - ARRAY[{{derived}}] AS row_then
                FROM candidates c
            )
            SELECT s.table_name, s.row_id, s.row_then FROM states s
            WHERE (s.row_then ->> 'created_at')::timestamptz <= moment
              AND coalesce((s.row_then ->> 'conversation_id')::uuid, s.row_id) = conversation
        $body$;
        """;
}
