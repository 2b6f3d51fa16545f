using System.ComponentModel;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ConversationData.Migrations;

/// <summary>What the statistics of a week read, without the tables, and which conversations have a draft to decide about.</summary>
[DbContext(typeof(ConversationDbContext))]
[Migration("20261122163100_IndexForStatistics")]
[Description("Index messages and suggestions for statistics and the inbox")]
internal sealed class IndexForStatistics : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("""
        CREATE INDEX ix_conversation_messages_sent_at ON public.conversation_messages (sent_at) INCLUDE (conversation_id, direction, delivery_status);
        CREATE INDEX ix_ai_suggestions_decided ON public.ai_suggestions (updated_at) INCLUDE (status, approved_at) WHERE status <> 'pending';
        CREATE INDEX ix_ai_suggestions_pending ON public.ai_suggestions (conversation_id) WHERE status = 'pending';
        """);

    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("""
        DROP INDEX public.ix_conversation_messages_sent_at, public.ix_ai_suggestions_decided, public.ix_ai_suggestions_pending;
        """);
}
