using System.ComponentModel;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Migrations.Operations;

namespace ConversationData.Migrations;

/// <summary>Conversations that were shown as linked with those of an erased lead look different afterwards: they get a new version.</summary>
[DbContext(typeof(ConversationDbContext))]
[Migration("20261122190100_TouchLinkedOnErasure")]
[Description("Give conversations a new version when those that they were linked with are erased")]
internal sealed class TouchLinkedOnErasure : Migration
{
    private const string Locking = """
            gone := ARRAY(SELECT c.id FROM public.conversations c WHERE c.lead_email = address AND c.created_at <= until ORDER BY c.id FOR UPDATE);
        """;

    // In the order of those who settle links, so that nobody waits for each other.
    private const string LockingLinked = $"""
            gone := ARRAY(SELECT c.id FROM public.conversations c WHERE c.lead_email = address AND c.created_at <= until);
            PERFORM FROM public.conversations c WHERE c.id = ANY (gone || ARRAY(SELECT unnest(ARRAY[l.conversation_id, l.linked_conversation_id]) FROM public.conversation_links l
                WHERE l.resolved_at IS NULL AND (l.conversation_id = ANY (gone) OR l.linked_conversation_id = ANY (gone)))) ORDER BY c.id FOR UPDATE;
        {Locking}
            UPDATE public.conversations c SET updated_at = now(), version = c.version + 1
            WHERE c.id <> ALL (gone) AND c.id = ANY (ARRAY(SELECT unnest(ARRAY[l.conversation_id, l.linked_conversation_id]) FROM public.conversation_links l
                WHERE l.resolved_at IS NULL AND (l.conversation_id = ANY (gone) OR l.linked_conversation_id = ANY (gone))));
        """;

    private static string Before => new EraseByIndexes().UpOperations.OfType<SqlOperation>().Single(operation => operation.Sql.Contains(Locking, StringComparison.Ordinal)).Sql;

    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(Before.Replace(Locking, LockingLinked, StringComparison.Ordinal));

    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(Before);
}
