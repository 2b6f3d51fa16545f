using System.ComponentModel;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ConversationData.Migrations;

/// <summary>Nothing waits while it is built. One that a build left behind, invalid, is dropped before the next try.</summary>
[DbContext(typeof(ConversationDbContext))]
[Migration("20261122170100_IndexMessageAddresses")]
[Description("Index messages by the addresses that they name")]
internal sealed class IndexMessageAddresses : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("""
        CREATE INDEX CONCURRENTLY IF NOT EXISTS ix_conversation_messages_addresses ON public.conversation_messages
            USING gin (coalesce(addresses, ops.addresses_in(sender_email, recipient_email, headers)))
        """, suppressTransaction: true);

    protected override void Down(MigrationBuilder migrationBuilder) =>
        migrationBuilder.Sql("DROP INDEX CONCURRENTLY IF EXISTS public.ix_conversation_messages_addresses", suppressTransaction: true);
}
