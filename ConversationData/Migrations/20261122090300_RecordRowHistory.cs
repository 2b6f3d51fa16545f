using System.ComponentModel;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ConversationData.Migrations;

/// <summary>
/// Old rows are kept as JSON, so that later changes of the tables do not touch what was recorded before them.
/// The way down keeps what was recorded, and the way up finds it again.
/// </summary>
[DbContext(typeof(ConversationDbContext))]
[Migration("20261122090300_RecordRowHistory")]
[Description("Record the history of rows")]
[DataLoss("Row history so far is kept, but changes made until the next upgrade are not recorded.")]
internal sealed class RecordRowHistory : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Sql(Table);
        migrationBuilder.Sql(Partitions);
        migrationBuilder.Sql(Recording);
        migrationBuilder.Sql(Reading);
        migrationBuilder.Sql("SELECT history.ensure_partitions(2);");
    }

    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("""
        DROP TRIGGER record_update ON public.conversations;
        DROP TRIGGER record_delete ON public.conversations;
        DROP TRIGGER record_update ON public.conversation_messages;
        DROP TRIGGER record_delete ON public.conversation_messages;
        DROP TRIGGER record_update ON public.ai_suggestions;
        DROP TRIGGER record_delete ON public.ai_suggestions;
        DROP FUNCTION history.rows_as_of(uuid, timestamptz), history.committed_at(xid8, timestamptz), history.record_row(),
            history.prune(interval), history.ensure_partitions(integer);
        """);

    private const string Table = """
        CREATE SCHEMA IF NOT EXISTS history;
        CREATE TABLE IF NOT EXISTS history.row_versions (
            version_number bigint NOT NULL,
            recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
            table_name text NOT NULL,
            row_id uuid NOT NULL,
            conversation_id uuid NOT NULL,
            operation text NOT NULL,
            old_row jsonb NOT NULL,
            transaction_id xid8 NOT NULL DEFAULT pg_current_xact_id(),
            role_name text NOT NULL DEFAULT session_user,
            CONSTRAINT pk_row_versions PRIMARY KEY (row_id, version_number, recorded_at),
            CONSTRAINT ck_row_versions_operation CHECK (operation IN ('UPDATE', 'DELETE'))
        ) PARTITION BY RANGE (recorded_at);
        CREATE INDEX IF NOT EXISTS ix_row_versions_conversation ON history.row_versions (conversation_id);
        CREATE SEQUENCE IF NOT EXISTS history.row_version_numbers OWNED BY history.row_versions.version_number;
        ALTER TABLE history.row_versions ALTER COLUMN version_number SET DEFAULT nextval('history.row_version_numbers');
        -- A month that nobody prepared must not make a write fail.
        CREATE TABLE IF NOT EXISTS history.row_versions_default PARTITION OF history.row_versions DEFAULT;
        """;

    private const string Partitions = """
        CREATE FUNCTION history.ensure_partitions(months_ahead integer) RETURNS integer
        LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
        DECLARE
            first_day timestamptz;
            next_month timestamptz;
            partition text;
            made integer := 0;
        BEGIN
            FOR ahead IN 0..months_ahead LOOP
                first_day := date_trunc('month', now()) + make_interval(months => ahead);
                next_month := first_day + interval '1 month';
                partition := 'row_versions_' || to_char(first_day, 'YYYY_MM');
                CONTINUE WHEN to_regclass('history.' || partition) IS NOT NULL;
                EXECUTE format('CREATE TABLE history.%I (LIKE history.row_versions INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', partition);
                -- What went into the default partition meanwhile moves over, or attaching would fail.
                EXECUTE format('WITH moved AS (DELETE FROM history.row_versions_default WHERE recorded_at >= %L AND recorded_at < %L RETURNING *)
                                INSERT INTO history.%I SELECT * FROM moved', first_day, next_month, partition);
                EXECUTE format('ALTER TABLE history.row_versions ATTACH PARTITION history.%I FOR VALUES FROM (%L) TO (%L)', partition, first_day, next_month);
                -- A server may grant services every table by default; what was is none of their business.
                EXECUTE format('REVOKE ALL ON history.%I FROM app_user, analytics_reader', partition);
                made := made + 1;
            END LOOP;
            RETURN made;
        END $$;
        COMMENT ON FUNCTION history.ensure_partitions IS 'Makes the monthly partitions from this month on; returns how many were missing.';

        CREATE FUNCTION history.prune(keep interval) RETURNS bigint
        LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
        DECLARE
            partition record;
            pruned bigint := 0;
            part bigint;
        BEGIN
            FOR partition IN
                SELECT c.relname, to_timestamp(substring(c.relname from '\d{4}_\d{2}$'), 'YYYY_MM') + interval '1 month' AS upper_bound
                FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
                WHERE i.inhparent = 'history.row_versions'::regclass AND c.relname ~ '^row_versions_\d{4}_\d{2}$'
            LOOP
                CONTINUE WHEN partition.upper_bound > now() - keep;
                EXECUTE format('SELECT count(*) FROM history.%I', partition.relname) INTO part;
                EXECUTE format('DROP TABLE history.%I', partition.relname);
                pruned := pruned + part;
            END LOOP;
            DELETE FROM history.row_versions WHERE recorded_at < now() - keep;
            GET DIAGNOSTICS part = ROW_COUNT;
            RETURN pruned + part;
        END $$;
        COMMENT ON FUNCTION history.prune IS 'Removes versions older than asked, whole partitions where it can; returns how many.';
        """;

    private const string Recording = """
        CREATE FUNCTION history.record_row() RETURNS trigger
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
        DECLARE
            old_row jsonb := to_jsonb(OLD) - ARRAY['message_count', 'last_message_at', 'last_inbound_at', 'last_outbound_at', 'updated_at', 'version'];
        BEGIN
            INSERT INTO history.row_versions (table_name, row_id, conversation_id, operation, old_row)
            VALUES (TG_TABLE_NAME, OLD.id, coalesce((old_row ->> 'conversation_id')::uuid, OLD.id), TG_OP, old_row);
            RETURN NULL;
        END $$;
        REVOKE ALL ON FUNCTION history.record_row() FROM PUBLIC;

        -- Counters and times that follow from the messages make no version: mail in an open conversation costs nothing here.
        CREATE TRIGGER record_update AFTER UPDATE ON public.conversations FOR EACH ROW
            WHEN ((OLD.lead_id, OLD.lead_email, OLD.lead_name, OLD.subject, OLD.status, OLD.archived_at, OLD.created_at)
                IS DISTINCT FROM (NEW.lead_id, NEW.lead_email, NEW.lead_name, NEW.subject, NEW.status, NEW.archived_at, NEW.created_at))
            EXECUTE FUNCTION history.record_row();
        CREATE TRIGGER record_delete AFTER DELETE ON public.conversations FOR EACH ROW EXECUTE FUNCTION history.record_row();
        CREATE TRIGGER record_update AFTER UPDATE ON public.conversation_messages FOR EACH ROW
            WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION history.record_row();
        CREATE TRIGGER record_delete AFTER DELETE ON public.conversation_messages FOR EACH ROW EXECUTE FUNCTION history.record_row();
        CREATE TRIGGER record_update AFTER UPDATE ON public.ai_suggestions FOR EACH ROW
            WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION history.record_row();
        CREATE TRIGGER record_delete AFTER DELETE ON public.ai_suggestions FOR EACH ROW EXECUTE FUNCTION history.record_row();
        """;

    private const string Reading = """
        CREATE FUNCTION history.committed_at(transaction_id xid8, recorded_at timestamptz) RETURNS timestamptz
        LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
        DECLARE
            committed timestamptz;
        BEGIN
            IF current_setting('track_commit_timestamp') <> 'on' THEN
                RETURN recorded_at;
            END IF;
            committed := pg_xact_commit_timestamp(transaction_id::xid);
            -- After a logical copy the number belongs to some other transaction of the new server.
            RETURN CASE WHEN committed >= recorded_at AND committed < recorded_at + interval '1 day' THEN committed ELSE recorded_at END;
        END $$;
        COMMENT ON FUNCTION history.committed_at IS 'When the change became visible to others; the time of the change itself where that is not known any more.';

        CREATE FUNCTION history.rows_as_of(conversation uuid, moment timestamptz)
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
                    END) - ARRAY['message_count', 'last_message_at', 'last_inbound_at', 'last_outbound_at', 'updated_at', 'version'] AS row_then
                FROM candidates c
            )
            SELECT s.table_name, s.row_id, s.row_then FROM states s
            WHERE (s.row_then ->> 'created_at')::timestamptz <= moment
              AND coalesce((s.row_then ->> 'conversation_id')::uuid, s.row_id) = conversation
        $$;
        COMMENT ON FUNCTION history.rows_as_of IS 'The rows of one conversation as they stood at a moment, without columns that follow from others.';
        """;
}
