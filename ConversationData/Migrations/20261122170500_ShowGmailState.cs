using System.ComponentModel;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ConversationData.Migrations;

/// <summary>What a person wants to know of a mailbox: when it moved on, when it last failed, and how much is still to be read.</summary>
[DbContext(typeof(ConversationDbContext))]
[Migration("20261122170500_ShowGmailState")]
[Description("Record when a Gmail mailbox moved on and what waits in it")]
internal sealed class ShowGmailState : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        "ALTER TABLE public.gmail_mailboxes ADD COLUMN history_at timestamptz, ADD COLUMN last_error_at timestamptz, ADD COLUMN messages_waiting integer NOT NULL DEFAULT 0");

    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        "ALTER TABLE public.gmail_mailboxes DROP COLUMN history_at, DROP COLUMN last_error_at, DROP COLUMN messages_waiting");
}
