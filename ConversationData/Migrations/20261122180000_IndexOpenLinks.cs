using System.ComponentModel;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ConversationData.Migrations;

/// <summary>Which conversations are linked and wait for a person.</summary>
[DbContext(typeof(ConversationDbContext))]
[Migration("20261122180000_IndexOpenLinks")]
[Description("Index links that nobody settled")]
internal sealed class IndexOpenLinks : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("""
        CREATE INDEX ix_conversation_links_open ON public.conversation_links (conversation_id, linked_conversation_id) WHERE resolved_at IS NULL
        """);

    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("DROP INDEX public.ix_conversation_links_open");
}
