using System.ComponentModel;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ConversationData.Migrations;

/// <summary>What is held of a lead, its removal with everything that was recorded of it, and the ledger of removals.</summary>
[DbContext(typeof(ConversationDbContext))]
[Migration("20261122164200_CreateErasures")]
[Description("Create the erasure of leads and its ledger")]
[DataLoss("The ledger is dropped: after a restore, leads that were erased would be there again.", "ops.erasures")]
internal sealed class CreateErasures : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Sql(Ledger);
        migrationBuilder.Sql(Erasing);
        migrationBuilder.Sql(Callers);
        migrationBuilder.Sql(Privileges);
    }

    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("""
        DROP FUNCTION ops.replay_erasure(bytea, timestamptz, text), ops.erase_lead(text, text, uuid), ops.lead_history(text), ops.erase_rows(text, timestamptz),
            ops.deleted_conversations(text, timestamptz), ops.address_pattern(text), ops.address_hash(text);
        DROP TABLE ops.erasures;
        """);

    private const string Ledger = """
        CREATE TABLE ops.erasures (
            id uuid CONSTRAINT pk_erasures PRIMARY KEY,
            address_hash bytea NOT NULL,
            erased_at timestamptz NOT NULL,
            erased_by text NOT NULL,
            counts jsonb NOT NULL,
            CONSTRAINT ck_erasures_address_hash CHECK (octet_length(address_hash) = 32)
        );
        CREATE UNIQUE INDEX ux_erasures_address_hash ON ops.erasures (address_hash);

        CREATE FUNCTION ops.address_hash(address text) RETURNS bytea
        LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
            SELECT sha256(convert_to('conversation-platform:erasure:' || lower(btrim(address)), 'UTF8'))
        $$;

        -- As it stands in the text of JSON, and no part of a longer address.
        CREATE FUNCTION ops.address_pattern(address text) RETURNS text
        LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
            SELECT '(?<![[:alnum:]._+-])' || regexp_replace(substr(to_json(address)::text, 2, length(to_json(address)::text) - 2), '([^[:alnum:]])', '\\\1', 'g') || '(?![[:alnum:]-]|\.[[:alnum:]])'
        $$;

        CREATE FUNCTION ops.deleted_conversations(address text, until timestamptz) RETURNS SETOF uuid
        LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
            SELECT v.row_id FROM history.row_versions v
            WHERE v.operation = 'DELETE' AND v.table_name = 'conversations' AND v.old_row ->> 'lead_email' = address AND v.recorded_at <= until
                AND NOT EXISTS (SELECT FROM public.conversation_redirects r WHERE r.from_id = v.row_id) AND NOT EXISTS (SELECT FROM public.conversations c WHERE c.id = v.row_id)
        $$;
        COMMENT ON FUNCTION ops.deleted_conversations IS 'Conversations of a lead that only history knows; those that were merged live on in others.';
        """;

    private const string Erasing = """
        CREATE FUNCTION ops.erase_rows(address text, until timestamptz) RETURNS jsonb
        LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
        DECLARE
            gone uuid[];
            past uuid[];
            messages uuid[];
            written uuid[];
            named uuid[];
            lost uuid[];
            words text[];
            pattern text := ops.address_pattern(address);
            counts jsonb := '{}';
            part bigint;
            rest record;
        BEGIN
            -- The lock of large ingestions: nothing of the lead is being stored meanwhile, and locks never cross.
            PERFORM pg_advisory_xact_lock(7308332045190688768);
            gone := ARRAY(SELECT c.id FROM public.conversations c WHERE c.lead_email = address AND c.created_at <= until ORDER BY c.id FOR UPDATE);
            past := gone || ARRAY(SELECT r.from_id FROM public.conversation_redirects r WHERE r.to_id = ANY (gone)) || ARRAY(SELECT ops.deleted_conversations(address, until));
            messages := ARRAY(SELECT m.id FROM public.conversation_messages m WHERE m.conversation_id = ANY (gone));
            lost := ARRAY(SELECT DISTINCT v.row_id FROM history.row_versions v WHERE v.conversation_id = ANY (past));
            written := ARRAY(SELECT m.id FROM public.conversation_messages m
                WHERE m.sender_email = address AND m.created_at <= until AND m.conversation_id <> ALL (gone) ORDER BY m.id FOR UPDATE);
            named := ARRAY(SELECT m.id FROM public.conversation_messages m
                WHERE (m.recipient_email = address OR m.headers::text ~* pattern) AND m.sender_email IS DISTINCT FROM address
                    AND m.created_at <= until AND m.conversation_id <> ALL (gone) ORDER BY m.id FOR UPDATE);
            words := ARRAY(SELECT DISTINCT t.lexeme FROM public.message_search s CROSS JOIN unnest(s.terms) t WHERE s.message_id = ANY (messages || written));
            counts := jsonb_build_object('conversations', cardinality(gone), 'messages', cardinality(messages),
                'suggestions', (SELECT count(*) FROM public.ai_suggestions s WHERE s.conversation_id = ANY (gone) OR s.in_reply_to_message_id = ANY (written)));

            DELETE FROM public.ai_suggestions s WHERE s.in_reply_to_message_id = ANY (written);
            DELETE FROM public.conversations c WHERE c.id = ANY (gone);

            -- What others wrote stays theirs; what the lead wrote to them, and where the lead is named, goes.
            UPDATE public.conversation_messages m SET
                sender_email = CASE WHEN m.sender_email = address THEN NULL ELSE m.sender_email END,
                sender_name = CASE WHEN m.sender_email = address THEN NULL ELSE m.sender_name END,
                recipient_email = CASE WHEN m.recipient_email = address THEN NULL ELSE m.recipient_email END,
                subject = CASE WHEN m.sender_email = address THEN '[erased]' ELSE m.subject END,
                content = CASE WHEN m.sender_email = address THEN '' ELSE m.content END,
                html_content = CASE WHEN m.sender_email = address THEN NULL ELSE m.html_content END,
                attachments = CASE WHEN m.sender_email = address THEN '[]' ELSE m.attachments END,
                headers = CASE WHEN m.sender_email = address THEN '[]' ELSE regexp_replace(m.headers::text, pattern, '[erased]', 'gi')::jsonb END
            WHERE m.id = ANY (written || named);

            -- Whatever else hangs on them by their ids: work, queued mail, events, vectors, words.
            FOR rest IN
                SELECT c.relname::text AS name, a.attname AS key FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
                WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND a.atttypid = 'uuid'::regtype AND NOT a.attisdropped
                    AND (a.attname = 'message_id' OR (a.attname = 'conversation_id' AND c.relname <> 'conversation_messages'))
                ORDER BY 1, 2
            LOOP
                EXECUTE format('DELETE FROM public.%I WHERE %I = ANY ($1)', rest.name, rest.key) USING CASE rest.key WHEN 'message_id' THEN messages || written ELSE past END;
                GET DIAGNOSTICS part = ROW_COUNT;
                IF part > 0 THEN
                    counts := jsonb_set(counts, ARRAY[rest.name], to_jsonb(coalesce((counts ->> rest.name)::bigint, 0) + part));
                END IF;
            END LOOP;

            -- Words that only the lead's mail had, an address say. What very many messages have is not looked for.
            words := ARRAY(SELECT w.word FROM (
                    SELECT t.term FROM public.search_terms t WHERE t.term = ANY (words) AND t.documents <= 1000 + 2 * cardinality(messages || written)
                    UNION SELECT e.term FROM public.embedding_model_terms e LEFT JOIN public.search_terms t USING (term)
                        WHERE e.term = ANY (words) AND coalesce(t.documents, 0) <= 1000 + 2 * cardinality(messages || written)) w (word)
                WHERE NOT EXISTS (SELECT FROM public.message_search s WHERE s.terms @@ ('''' || replace(replace(w.word, '\', '\\'), '''', '''''') || '''')::tsquery));
            DELETE FROM public.search_terms t WHERE t.term = ANY (words);
            DELETE FROM public.embedding_model_terms t WHERE t.term = ANY (words);

            -- Mail that cannot be read tells no sender from others it names.
            DELETE FROM public.inbound_set_aside s WHERE s.addresses @> ARRAY[address] AND s.received_at <= until;
            GET DIAGNOSTICS part = ROW_COUNT;
            counts := counts || jsonb_build_object('messagesElsewhere', cardinality(written || named), 'setAside', part);

            IF to_regclass('public.idempotency_keys') IS NOT NULL THEN
                EXECUTE 'DELETE FROM public.idempotency_keys WHERE resource = ANY ($1) OR (created_at <= $3 AND position($2 IN lower(response::text)) > 0)' USING past || lost || messages || written, address, until;
            END IF;

            -- Last, since all of the above was recorded as well.
            DELETE FROM history.row_versions v WHERE v.conversation_id = ANY (past) OR v.row_id = ANY (messages || written || named)
                OR (v.recorded_at <= until AND (address IN (v.old_row ->> 'lead_email', v.old_row ->> 'sender_email', v.old_row ->> 'recipient_email') OR v.old_row ->> 'headers' ~* pattern));
            GET DIAGNOSTICS part = ROW_COUNT;
            RETURN counts || jsonb_build_object('history', part);
        END $$;
        COMMENT ON FUNCTION ops.erase_rows IS 'Removes what is held of a lead and was stored until a moment; returns what was removed.';
        """;

    private const string Callers = """
        CREATE FUNCTION ops.erase_lead(address text, erased_by text, erasure_id uuid) RETURNS jsonb
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
        #variable_conflict use_column
        DECLARE
            removed jsonb := ops.erase_rows(lower(btrim(erase_lead.address)), 'infinity');
        BEGIN
            INSERT INTO ops.erasures (id, address_hash, erased_at, erased_by, counts)
            VALUES (erase_lead.erasure_id, ops.address_hash(erase_lead.address), clock_timestamp(), erase_lead.erased_by, removed)
            ON CONFLICT (address_hash) DO UPDATE SET erased_at = excluded.erased_at, erased_by = excluded.erased_by, counts = excluded.counts;
            RETURN removed;
        END $$;
        COMMENT ON FUNCTION ops.erase_lead IS 'Erases a lead and notes it in the ledger; a second time finds nothing and does no harm.';

        CREATE FUNCTION ops.lead_history(address text) RETURNS SETOF jsonb
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
            SELECT to_jsonb(v) FROM history.row_versions v
            WHERE v.conversation_id IN (SELECT c.id FROM public.conversations c WHERE c.lead_email = address
                    UNION SELECT r.from_id FROM public.conversation_redirects r JOIN public.conversations c ON c.id = r.to_id WHERE c.lead_email = address
                    UNION SELECT ops.deleted_conversations(address, 'infinity'))
                OR address IN (v.old_row ->> 'lead_email', v.old_row ->> 'sender_email', v.old_row ->> 'recipient_email')
            ORDER BY v.version_number
        $$;
        COMMENT ON FUNCTION ops.lead_history IS 'Earlier versions of rows that are held of a lead.';

        CREATE FUNCTION ops.replay_erasure(address_hash bytea, erased_at timestamptz, erased_by text) RETURNS jsonb
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
        #variable_conflict use_column
        DECLARE
            known text;
            removed jsonb := '{}';
        BEGIN
            FOR known IN
                SELECT a.address FROM (
                    SELECT lead_email FROM public.conversations UNION SELECT sender_email FROM public.conversation_messages UNION SELECT recipient_email FROM public.conversation_messages
                    UNION SELECT unnest(addresses) FROM public.inbound_set_aside
                    UNION SELECT old_row ->> 'lead_email' FROM history.row_versions UNION SELECT old_row ->> 'sender_email' FROM history.row_versions UNION SELECT old_row ->> 'recipient_email' FROM history.row_versions) a (address)
                WHERE ops.address_hash(a.address) = replay_erasure.address_hash
            LOOP
                removed := ops.erase_rows(known, replay_erasure.erased_at);
            END LOOP;
            INSERT INTO ops.erasures (id, address_hash, erased_at, erased_by, counts)
            SELECT gen_random_uuid(), replay_erasure.address_hash, replay_erasure.erased_at, replay_erasure.erased_by, removed
            WHERE NOT EXISTS (SELECT 1 FROM ops.erasures e WHERE e.address_hash = replay_erasure.address_hash);
            RETURN removed;
        END $$;
        COMMENT ON FUNCTION ops.replay_erasure IS 'Erases again what a restore brought back, by the ledger that lies beside the backups; what the lead wrote after its erasure stays.';
        """;

    private const string Privileges = """
        REVOKE ALL ON FUNCTION ops.address_hash(text), ops.address_pattern(text), ops.deleted_conversations(text, timestamptz), ops.erase_rows(text, timestamptz), ops.erase_lead(text, text, uuid), ops.lead_history(text), ops.replay_erasure(bytea, timestamptz, text) FROM PUBLIC;
        GRANT EXECUTE ON FUNCTION ops.erase_lead(text, text, uuid), ops.lead_history(text) TO app_user;
        GRANT EXECUTE ON FUNCTION ops.replay_erasure(bytea, timestamptz, text) TO maintenance;
        REVOKE ALL ON ops.erasures FROM app_user, analytics_reader;
        REVOKE INSERT, UPDATE, DELETE ON ops.erasures FROM maintenance;
        """;
}
