using System.ComponentModel;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ConversationData.Migrations;

/// <summary>Mail that cannot be read or stored waits here for a person.</summary>
[DbContext(typeof(ConversationDbContext))]
[Migration("20261122164000_CreateInboundSetAside")]
[Description("Create the table of inbound mail that was set aside")]
[DataLoss("Mail that was set aside is lost: the providers were told that it is stored.", "public.inbound_set_aside")]
internal sealed class CreateInboundSetAside : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("""
        CREATE TABLE public.inbound_set_aside (
            id uuid CONSTRAINT pk_inbound_set_aside PRIMARY KEY,
            source text NOT NULL,
            fingerprint bytea NOT NULL,
            external_id text,
            problem_type text NOT NULL,
            reason text NOT NULL,
            body bytea NOT NULL,
            body_length bigint NOT NULL,
            addresses text[] NOT NULL DEFAULT '{}',
            attempts integer NOT NULL DEFAULT 1,
            received_at timestamptz NOT NULL DEFAULT now(),
            last_attempt_at timestamptz NOT NULL DEFAULT now(),
            CONSTRAINT ck_inbound_set_aside_body_length CHECK (body_length >= octet_length(body)),
            CONSTRAINT ck_inbound_set_aside_fingerprint CHECK (octet_length(fingerprint) = 32),
            CONSTRAINT ck_inbound_set_aside_source CHECK (source IN ('postmark', 'gmail'))
        );
        CREATE UNIQUE INDEX ux_inbound_set_aside_fingerprint ON public.inbound_set_aside (source, fingerprint);
        CREATE INDEX ix_inbound_set_aside_addresses ON public.inbound_set_aside USING gin (addresses);
        """);

    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("DROP TABLE public.inbound_set_aside");
}
