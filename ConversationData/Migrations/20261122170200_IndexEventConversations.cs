using System.ComponentModel;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ConversationData.Migrations;

/// <summary>For what is held of a lead, and its removal. Nothing waits while it is built.</summary>
[DbContext(typeof(ConversationDbContext))]
[Migration("20261122170200_IndexEventConversations")]
[Description("Index events by conversation")]
internal sealed class IndexEventConversations : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        "CREATE INDEX CONCURRENTLY IF NOT EXISTS ix_conversation_events_conversation ON public.conversation_events (conversation_id)", suppressTransaction: true);

    protected override void Down(MigrationBuilder migrationBuilder) =>
        migrationBuilder.Sql("DROP INDEX CONCURRENTLY IF EXISTS public.ix_conversation_events_conversation", suppressTransaction: true);
}
