using System.ComponentModel;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ConversationData.Migrations;

/// <summary>What was answered to requests that carry a key of their own.</summary>
[DbContext(typeof(ConversationDbContext))]
[Migration("20261122161000_CreateIdempotencyKeys")]
[Description("Create the keys of requests that are done once")]
[DataLoss("Answers to requests with an Idempotency-Key are forgotten: one of the last days that is sent again is done again.", "public.idempotency_keys")]
internal sealed class CreateIdempotencyKeys : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("""
        CREATE TABLE public.idempotency_keys (
            owner text NOT NULL,
            key text NOT NULL,
            request_hash bytea NOT NULL,
            status_code smallint,
            response json,
            resource uuid,
            version bigint,
            created_at timestamptz NOT NULL DEFAULT now(),
            CONSTRAINT pk_idempotency_keys PRIMARY KEY (owner, key),
            CONSTRAINT ck_idempotency_keys_key CHECK (length(key) BETWEEN 1 AND 200),
            CONSTRAINT ck_idempotency_keys_request_hash CHECK (octet_length(request_hash) = 32)
        ) WITH (autovacuum_vacuum_scale_factor = 0.05);
        CREATE INDEX ix_idempotency_keys_created_at ON public.idempotency_keys (created_at);
        CREATE INDEX ix_idempotency_keys_resource ON public.idempotency_keys (resource) WHERE resource IS NOT NULL;
        """);

    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("DROP TABLE public.idempotency_keys");
}
