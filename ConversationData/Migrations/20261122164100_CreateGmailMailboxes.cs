using System.ComponentModel;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ConversationData.Migrations;

/// <summary>How far each mailbox was read.</summary>
[DbContext(typeof(ConversationDbContext))]
[Migration("20261122164100_CreateGmailMailboxes")]
[Description("Create the table of Gmail mailboxes")]
[DataLoss("How far mailboxes were read is forgotten: they are read from the beginning, and nothing is stored twice.", "public.gmail_mailboxes")]
internal sealed class CreateGmailMailboxes : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("""
        CREATE TABLE public.gmail_mailboxes (
            mailbox text CONSTRAINT pk_gmail_mailboxes PRIMARY KEY,
            history_id bigint,
            listing_from bigint,
            listing_query text,
            claimed_by uuid,
            claimed_until timestamptz NOT NULL DEFAULT now(),
            last_synced_at timestamptz,
            last_error text,
            CONSTRAINT ck_gmail_mailboxes_listing CHECK ((listing_from IS NULL) = (listing_query IS NULL))
        );
        """);

    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("DROP TABLE public.gmail_mailboxes");
}
