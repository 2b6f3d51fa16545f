using System.ComponentModel;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ConversationData.Migrations;

/// <summary>
/// Whom a message names, so that what is held of a lead is found among any number of messages. Ingestion knows it when it has read a mail;
/// where nobody wrote it down, the index asks the function.
/// </summary>
[DbContext(typeof(ConversationDbContext))]
[Migration("20261122170000_AddMessageAddresses")]
[Description("Keep the addresses that a message names")]
internal sealed class AddMessageAddresses : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("""
        ALTER TABLE public.conversation_messages ADD COLUMN addresses text[];

        -- An address may stand right behind a mark that may be part of one as well: then both readings count. Ids are no addresses.
        CREATE FUNCTION ops.addresses_in(sender text, recipient text, headers jsonb) RETURNS text[]
        LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
        BEGIN
            RETURN ARRAY(
                SELECT sender WHERE sender IS NOT NULL UNION SELECT recipient WHERE recipient IS NOT NULL
                UNION SELECT c.local || '@' || f.domain
                FROM (SELECT lower(m[1]) AS local, lower(m[2]) AS domain
                    FROM jsonb_array_elements(headers) h CROSS JOIN regexp_matches(h ->> 'value', '([^[:space:][:cntrl:]"()<>\[\]{},:;\\@]+)@([[:alnum:].-]*[[:alnum:]])', 'g') m
                    WHERE strpos(h ->> 'value', '@') > 0 AND coalesce(lower(h ->> 'name'), '') NOT IN ('message-id', 'references')) f
                CROSS JOIN LATERAL (VALUES (f.local), (regexp_replace(f.local, '^[^[:alnum:]._+-]+', '')), (regexp_replace(f.local, '^.*[^[:alnum:]._+-]', ''))) c (local)
                WHERE c.local <> '' AND length(c.local) + length(f.domain) < 320);
        END $$;
        COMMENT ON FUNCTION ops.addresses_in IS 'The addresses that a message names: sender, recipient, and those in its headers.';

        CREATE FUNCTION ops.row_addresses(old_row jsonb) RETURNS text[]
        LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
        BEGIN
            RETURN array_remove(ARRAY[old_row ->> 'lead_email', old_row ->> 'sender_email', old_row ->> 'recipient_email'], NULL) || CASE
                WHEN jsonb_typeof(old_row -> 'addresses') = 'array' THEN ARRAY(SELECT jsonb_array_elements_text(old_row -> 'addresses'))
                WHEN old_row ? 'headers' THEN ops.addresses_in(NULL, NULL, old_row -> 'headers')
                ELSE '{}' END;
        END $$;
        COMMENT ON FUNCTION ops.row_addresses IS 'The addresses that an earlier version of a row names.';
        """);

    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("""
        DROP FUNCTION ops.row_addresses(jsonb), ops.addresses_in(text, text, jsonb);
        ALTER TABLE public.conversation_messages DROP COLUMN addresses;
        """);
}
