using System.ComponentModel;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Migrations.Operations;

namespace ConversationData.Migrations;

/// <summary>
/// Erasure that reads indexes alone while ingestion waits for it, and a replay of the ledger that finds an address wherever it stands, in one
/// look at everything for all of the ledger.
/// </summary>
[DbContext(typeof(ConversationDbContext))]
[Migration("20261122170400_EraseByIndexes")]
[Description("Erase leads by indexes, and find all of them again after a restore")]
internal sealed class EraseByIndexes : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Sql(Finding);
        migrationBuilder.Sql(Erasing);
        migrationBuilder.Sql(Replaying);
    }

    protected override void Down(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Sql("""
            DROP FUNCTION ops.replay_erasure(bytea, timestamptz, text, text[]), ops.known_addresses(bytea[]), ops.erase_lead(text, text, uuid), ops.lead_history(text),
                ops.erase_rows(text, timestamptz), ops.names_address(jsonb, text), ops.without_address(jsonb, text);
            CREATE OR REPLACE FUNCTION ops.deleted_conversations(address text, until timestamptz) RETURNS SETOF uuid
            LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
                SELECT v.row_id FROM history.row_versions v
                WHERE v.operation = 'DELETE' AND v.table_name = 'conversations' AND v.old_row ->> 'lead_email' = address AND v.recorded_at <= until
                    AND NOT EXISTS (SELECT FROM public.conversation_redirects r WHERE r.from_id = v.row_id) AND NOT EXISTS (SELECT FROM public.conversations c WHERE c.id = v.row_id)
            $$;
            """);
        // All but the ledger and what finds an address, which were never away.
        foreach (var before in new CreateErasures().UpOperations.OfType<SqlOperation>().Skip(1))
            migrationBuilder.Sql(before.Sql);
    }

    private const string Finding = """
        CREATE FUNCTION ops.names_address(headers jsonb, pattern text) RETURNS boolean
        LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
            SELECT EXISTS (SELECT FROM jsonb_array_elements(headers) h WHERE h ->> 'value' ~* pattern)
        $$;

        CREATE FUNCTION ops.without_address(headers jsonb, pattern text) RETURNS jsonb
        LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
            SELECT coalesce(jsonb_agg(CASE WHEN h ->> 'value' ~* pattern THEN jsonb_set(h, '{value}', to_jsonb(regexp_replace(h ->> 'value', pattern, '[erased]', 'gi'))) ELSE h END ORDER BY place), '[]')
            FROM jsonb_array_elements(headers) WITH ORDINALITY e (h, place)
        $$;

        CREATE OR REPLACE FUNCTION ops.deleted_conversations(address text, until timestamptz) RETURNS SETOF uuid
        LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
            SELECT v.row_id FROM history.row_versions v
            WHERE ops.row_addresses(v.old_row) @> ARRAY[address] AND v.operation = 'DELETE' AND v.table_name = 'conversations' AND v.old_row ->> 'lead_email' = address AND v.recorded_at <= until
                AND NOT EXISTS (SELECT FROM public.conversation_redirects r WHERE r.from_id = v.row_id) AND NOT EXISTS (SELECT FROM public.conversations c WHERE c.id = v.row_id)
        $$;

        CREATE OR REPLACE FUNCTION ops.lead_history(address text) RETURNS SETOF jsonb
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
            WITH found AS (
                SELECT v.row_id, v.version_number, v.recorded_at FROM history.row_versions v
                WHERE v.conversation_id = ANY (ARRAY(SELECT c.id FROM public.conversations c WHERE c.lead_email = address
                    UNION SELECT r.from_id FROM public.conversation_redirects r JOIN public.conversations c ON c.id = r.to_id WHERE c.lead_email = address
                    UNION SELECT ops.deleted_conversations(address, 'infinity')))
                UNION SELECT v.row_id, v.version_number, v.recorded_at FROM history.row_versions v
                WHERE v.row_id = ANY (ARRAY(SELECT m.id FROM public.conversation_messages m
                        WHERE coalesce(m.addresses, ops.addresses_in(m.sender_email, m.recipient_email, m.headers)) @> ARRAY[address]
                    UNION SELECT d.row_id FROM history.row_versions d WHERE ops.row_addresses(d.old_row) @> ARRAY[address] AND (d.operation = 'DELETE' OR d.table_name = 'conversations')))
                    AND address IN (v.old_row ->> 'lead_email', v.old_row ->> 'sender_email', v.old_row ->> 'recipient_email'))
            SELECT to_jsonb(v) FROM found JOIN history.row_versions v USING (row_id, version_number, recorded_at) ORDER BY v.version_number
        $$;
        """;

    // What is looked for under the lock has an index; what has none is looked for before it. Answers to requests that were at work then are looked
    // at again: none is at work for an hour.
    private const string Erasing = """
        CREATE OR REPLACE FUNCTION ops.erase_rows(address text, until timestamptz) RETURNS jsonb
        LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
        DECLARE
            began timestamptz := clock_timestamp();
            has_keys boolean := to_regclass('public.idempotency_keys') IS NOT NULL;
            owners text[];
            keys text[];
            gone uuid[];
            past uuid[];
            messages uuid[];
            found uuid[];
            written uuid[];
            named uuid[];
            elsewhere uuid[];
            lost uuid[];
            versions uuid[];
            words text[];
            pattern text := '(?<![[:alnum:]._+-])' || regexp_replace(address, '([^[:alnum:]])', '\\\1', 'g') || '(?![[:alnum:]-]|\.[[:alnum:]])';
            counts jsonb := '{}';
            part bigint;
            removed bigint := 0;
            rest record;
        BEGIN
            IF has_keys THEN
                EXECUTE 'SELECT coalesce(array_agg(k.owner), ''{}''), coalesce(array_agg(k.key), ''{}'') FROM public.idempotency_keys k WHERE k.created_at <= $2 AND position($1 IN lower(k.response::jsonb::text)) > 0'
                    INTO owners, keys USING address, until;
            END IF;

            -- The lock of large ingestions: nothing of the lead is being stored meanwhile, and locks never cross.
            PERFORM pg_advisory_xact_lock(7308332045190688768);
            gone := ARRAY(SELECT c.id FROM public.conversations c WHERE c.lead_email = address AND c.created_at <= until ORDER BY c.id FOR UPDATE);
            past := gone || ARRAY(SELECT r.from_id FROM public.conversation_redirects r WHERE r.to_id = ANY (gone)) || ARRAY(SELECT ops.deleted_conversations(address, until));
            messages := ARRAY(SELECT m.id FROM public.conversation_messages m WHERE m.conversation_id = ANY (gone));
            lost := ARRAY(SELECT DISTINCT v.row_id FROM history.row_versions v WHERE v.conversation_id = ANY (past));
            found := ARRAY(SELECT m.id FROM public.conversation_messages m
                WHERE coalesce(m.addresses, ops.addresses_in(m.sender_email, m.recipient_email, m.headers)) @> ARRAY[address] AND m.created_at <= until
                    AND m.conversation_id <> ALL (gone) ORDER BY m.id FOR UPDATE);
            written := ARRAY(SELECT m.id FROM public.conversation_messages m WHERE m.id = ANY (found) AND m.sender_email = address);
            named := ARRAY(SELECT m.id FROM public.conversation_messages m
                WHERE m.id = ANY (found) AND m.sender_email IS DISTINCT FROM address AND (m.recipient_email = address OR ops.names_address(m.headers, pattern)));
            elsewhere := ARRAY(SELECT DISTINCT m.conversation_id FROM public.conversation_messages m WHERE m.id = ANY (written));
            elsewhere := elsewhere || ARRAY(SELECT r.from_id FROM public.conversation_redirects r WHERE r.to_id = ANY (elsewhere));
            versions := messages || written || named || ARRAY(SELECT s.id FROM public.ai_suggestions s WHERE s.in_reply_to_message_id = ANY (written));
            words := ARRAY(SELECT DISTINCT t.lexeme FROM public.message_search s CROSS JOIN unnest(s.terms) t WHERE s.message_id = ANY (messages || written));
            counts := jsonb_build_object('conversations', cardinality(gone), 'messages', cardinality(messages),
                'suggestions', (SELECT count(*) FROM public.ai_suggestions s WHERE s.conversation_id = ANY (gone)) + cardinality(versions) - cardinality(messages || written || named));

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
                headers = CASE WHEN m.sender_email = address THEN '[]' ELSE ops.without_address(m.headers, pattern) END,
                addresses = NULL
            WHERE m.id = ANY (written || named);

            -- Whatever else hangs on them by their ids: work, queued mail, events, vectors, words. By the message where each row has one.
            FOR rest IN
                SELECT c.relname::text AS name, bool_or(a.attname = 'message_id') AS has_message, bool_or(a.attname = 'message_id' AND a.attnotnull) AS is_of_message
                FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
                WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND a.atttypid = 'uuid'::regtype AND NOT a.attisdropped
                    AND a.attname IN ('message_id', 'conversation_id') AND c.relname <> 'conversation_messages'
                GROUP BY 1 ORDER BY 1
            LOOP
                part := 0;
                IF rest.is_of_message THEN
                    EXECUTE format('DELETE FROM public.%I WHERE message_id = ANY ($1)', rest.name) USING messages || written || lost;
                    GET DIAGNOSTICS part = ROW_COUNT;
                ELSE
                    EXECUTE format('DELETE FROM public.%I WHERE conversation_id = ANY ($1)', rest.name) USING past;
                    GET DIAGNOSTICS part = ROW_COUNT;
                    IF rest.has_message THEN
                        EXECUTE format('DELETE FROM public.%I WHERE conversation_id = ANY ($1) AND message_id = ANY ($2)', rest.name) USING elsewhere, written;
                        GET DIAGNOSTICS removed = ROW_COUNT;
                        part := part + removed;
                    END IF;
                END IF;
                IF part > 0 THEN
                    counts := jsonb_set(counts, ARRAY[rest.name], to_jsonb(coalesce((counts ->> rest.name)::bigint, 0) + part));
                END IF;
            END LOOP;

            -- Words that only the lead's mail had, an address say. What very many messages have is not looked for.
            words := ARRAY(SELECT w.word FROM (
                    SELECT t.term FROM public.search_terms t WHERE t.term = ANY (words) AND t.documents <= 1000 + 2 * cardinality(messages || written)
                    UNION SELECT e.term FROM public.embedding_models d JOIN public.embedding_model_terms e ON e.model_id = d.id LEFT JOIN public.search_terms t USING (term)
                        WHERE e.term = ANY (words) AND coalesce(t.documents, 0) <= 1000 + 2 * cardinality(messages || written)) w (word)
                WHERE NOT EXISTS (SELECT FROM public.message_search s WHERE s.terms @@ ('''' || replace(replace(w.word, '\', '\\'), '''', '''''') || '''')::tsquery));
            DELETE FROM public.search_terms t WHERE t.term = ANY (words);
            DELETE FROM public.embedding_model_terms t USING public.embedding_models d WHERE t.model_id = d.id AND t.term = ANY (words);

            -- Mail that cannot be read tells no sender from others it names.
            DELETE FROM public.inbound_set_aside s WHERE s.addresses @> ARRAY[address] AND s.received_at <= until;
            GET DIAGNOSTICS part = ROW_COUNT;
            counts := counts || jsonb_build_object('messagesElsewhere', cardinality(written || named), 'setAside', part);

            IF has_keys THEN
                EXECUTE 'DELETE FROM public.idempotency_keys k WHERE k.resource = ANY ($1)' USING past || lost || messages || written;
                EXECUTE 'DELETE FROM public.idempotency_keys k USING unnest($1, $2) f (owner, key) WHERE k.owner = f.owner AND k.key = f.key' USING owners, keys;
                EXECUTE 'DELETE FROM public.idempotency_keys k WHERE k.created_at >= $2 AND k.created_at <= $3 AND position($1 IN lower(k.response::jsonb::text)) > 0' USING address, began - interval '1 hour', until;
            END IF;

            -- Last, since all of the above was recorded as well; a thousand rows of the tables at a time.
            versions := versions || ARRAY(SELECT v.row_id FROM history.row_versions v
                WHERE ops.row_addresses(v.old_row) @> ARRAY[address] AND v.operation = 'DELETE' AND v.table_name = 'conversation_messages' AND v.recorded_at <= until);
            DELETE FROM history.row_versions v
                WHERE ops.row_addresses(v.old_row) @> ARRAY[address] AND (v.operation = 'DELETE' OR v.table_name = 'conversations') AND v.recorded_at <= until;
            GET DIAGNOSTICS removed = ROW_COUNT;
            FOR place IN 1 .. greatest(cardinality(past), cardinality(versions)) BY 1000 LOOP
                DELETE FROM history.row_versions v WHERE v.conversation_id = ANY (past[place : place + 999]);
                GET DIAGNOSTICS part = ROW_COUNT;
                removed := removed + part;
                DELETE FROM history.row_versions v WHERE v.row_id = ANY (versions[place : place + 999]);
                GET DIAGNOSTICS part = ROW_COUNT;
                removed := removed + part;
            END LOOP;
            RETURN counts || jsonb_build_object('history', removed);
        END $$;
        """;

    private const string Replaying = """
        DROP FUNCTION ops.replay_erasure(bytea, timestamptz, text);

        CREATE FUNCTION ops.known_addresses(hashes bytea[]) RETURNS TABLE (address_hash bytea, address text)
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
            SELECT k.address_hash, k.address FROM (
                SELECT a.address, sha256(convert_to('conversation-platform:erasure:' || lower(btrim(a.address)), 'UTF8')) AS address_hash FROM (
                    SELECT lead_email FROM public.conversations
                    UNION SELECT unnest(coalesce(addresses, ops.addresses_in(sender_email, recipient_email, headers))) FROM public.conversation_messages
                    UNION SELECT unnest(addresses) FROM public.inbound_set_aside
                    UNION SELECT unnest(ops.row_addresses(old_row)) FROM history.row_versions) a (address)
                WHERE a.address IS NOT NULL) k
            WHERE k.address_hash = ANY (hashes)
        $$;
        COMMENT ON FUNCTION ops.known_addresses IS 'The addresses with these hashes that occur anywhere; reads everything once.';

        CREATE FUNCTION ops.replay_erasure(address_hash bytea, erased_at timestamptz, erased_by text, addresses text[]) RETURNS jsonb
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
        #variable_conflict use_column
        DECLARE
            known text;
            removed jsonb := '{}';
        BEGIN
            FOR known IN SELECT a.address FROM unnest(replay_erasure.addresses) a (address) WHERE ops.address_hash(a.address) = replay_erasure.address_hash LOOP
                removed := ops.erase_rows(known, replay_erasure.erased_at);
            END LOOP;
            INSERT INTO ops.erasures AS e (id, address_hash, erased_at, erased_by, counts)
            VALUES (gen_random_uuid(), replay_erasure.address_hash, replay_erasure.erased_at, replay_erasure.erased_by, removed)
            ON CONFLICT (address_hash) DO UPDATE SET erased_at = excluded.erased_at, erased_by = excluded.erased_by, counts = excluded.counts WHERE e.erased_at < excluded.erased_at;
            RETURN removed;
        END $$;
        COMMENT ON FUNCTION ops.replay_erasure IS 'Erases again what a restore brought back, by the ledger that lies beside the backups; what the lead wrote after its erasure stays.';

        REVOKE ALL ON FUNCTION ops.names_address(jsonb, text), ops.without_address(jsonb, text), ops.known_addresses(bytea[]), ops.replay_erasure(bytea, timestamptz, text, text[]) FROM PUBLIC;
        GRANT EXECUTE ON FUNCTION ops.known_addresses(bytea[]), ops.replay_erasure(bytea, timestamptz, text, text[]) TO maintenance;
        """;
}
