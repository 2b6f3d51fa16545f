using System.ComponentModel;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ConversationData.Migrations;

[DbContext(typeof(ConversationDbContext))]
[Migration("20261122090200_CreateApiKeys")]
[Description("Create the table of API keys")]
[DataLoss("API keys are dropped: everybody but the holder of the bootstrap key needs a new one.", "ops.api_keys")]
internal sealed class CreateApiKeys : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("""
        CREATE SCHEMA IF NOT EXISTS ops;
        CREATE TYPE ops.api_scope AS ENUM ('read', 'write', 'admin');
        CREATE TABLE ops.api_keys (
            id uuid CONSTRAINT pk_api_keys PRIMARY KEY,
            name text NOT NULL,
            key_hash bytea NOT NULL,
            scope ops.api_scope NOT NULL,
            created_at timestamptz NOT NULL DEFAULT now(),
            expires_at timestamptz,
            revoked_at timestamptz,
            CONSTRAINT ck_api_keys_key_hash CHECK (octet_length(key_hash) = 32),
            CONSTRAINT ck_api_keys_name CHECK (length(name) BETWEEN 1 AND 200)
        );
        CREATE UNIQUE INDEX ux_api_keys_key_hash ON ops.api_keys (key_hash);
        """);

    /// <summary>The schema stays: the list of migrations stands in it.</summary>
    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("""
        DROP TABLE ops.api_keys;
        DROP TYPE ops.api_scope;
        """);
}
