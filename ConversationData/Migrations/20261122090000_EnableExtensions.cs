using System.ComponentModel;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ConversationData.Migrations;

[DbContext(typeof(ConversationDbContext))]
[Migration("20261122090000_EnableExtensions")]
[Description("Enable the extensions vector and pg_trgm")]
internal sealed class EnableExtensions : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("""
        CREATE EXTENSION IF NOT EXISTS vector SCHEMA public;
        CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA public;
        """);

    /// <summary>Extensions belong to the administrator of the database, and others may use them: they stay.</summary>
    protected override void Down(MigrationBuilder migrationBuilder)
    {
    }
}
