using System.ComponentModel;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ConversationData.Migrations;

/// <summary>
/// How far events were pruned, so that a client that was away for too long can be told. Events are pruned in the order of their key,
/// so the index on their time has no use.
/// </summary>
[DbContext(typeof(ConversationDbContext))]
[Migration("20261122163000_RecordEventRetention")]
[Description("Record how far events were pruned")]
[DataLoss("How far events were pruned is forgotten: a client that was away for longer is not told that it missed some.")]
internal sealed class RecordEventRetention : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("""
        CREATE TABLE public.event_retention (
            id boolean CONSTRAINT pk_event_retention PRIMARY KEY,
            transaction_id xid8 NOT NULL,
            position bigint NOT NULL,
            CONSTRAINT ck_event_retention_one CHECK (id)
        );
        INSERT INTO public.event_retention VALUES (true, '0', 0);
        DROP INDEX public.ix_conversation_events_created_at;
        """);

    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("""
        CREATE INDEX ix_conversation_events_created_at ON public.conversation_events USING brin (created_at);
        DROP TABLE public.event_retention;
        """);
}
