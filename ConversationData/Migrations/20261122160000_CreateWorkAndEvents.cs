using System.ComponentModel;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ConversationData.Migrations;

/// <summary>What is still to be done with messages, and what clients are told. Mail that is there already is put down to be indexed.</summary>
[DbContext(typeof(ConversationDbContext))]
[Migration("20261122160000_CreateWorkAndEvents")]
[Description("Create the queue of background work and the events")]
[DataLoss("Work that waits is forgotten, queued mail with it, and so are the events.", "public.message_work", "public.conversation_events")]
internal sealed class CreateWorkAndEvents : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Sql(Work);
        migrationBuilder.Sql(Events);
    }

    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("""
        DROP TABLE public.conversation_events, public.message_work;
        DROP TYPE public.conversation_event_kind, public.work_kind;
        """);

    private const string Work = """
        CREATE TYPE public.work_kind AS ENUM ('index', 'suggest', 'deliver');
        CREATE TABLE public.message_work (
            message_id uuid NOT NULL,
            kind public.work_kind NOT NULL,
            conversation_id uuid NOT NULL,
            not_before timestamptz NOT NULL DEFAULT now(),
            attempts integer NOT NULL DEFAULT 0,
            claimed_by uuid,
            in_doubt boolean NOT NULL DEFAULT false,
            options jsonb,
            last_error text,
            failed_at timestamptz,
            created_at timestamptz NOT NULL DEFAULT now(),
            CONSTRAINT pk_message_work PRIMARY KEY (message_id, kind),
            CONSTRAINT ck_message_work_attempts CHECK (attempts >= 0)
        ) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02);
        CREATE INDEX ix_message_work_due ON public.message_work (kind, not_before) WHERE failed_at IS NULL;
        CREATE INDEX ix_message_work_failed ON public.message_work (kind, failed_at, message_id) WHERE failed_at IS NOT NULL;
        INSERT INTO public.message_work (message_id, kind, conversation_id) SELECT id, 'index', conversation_id FROM public.conversation_messages;
        """;

    private const string Events = """
        CREATE TYPE public.conversation_event_kind AS ENUM ('new_reply', 'suggestion_ready', 'sent', 'failed', 'status');
        CREATE TABLE public.conversation_events (
            transaction_id xid8 NOT NULL DEFAULT pg_current_xact_id(),
            position bigint GENERATED ALWAYS AS IDENTITY,
            kind public.conversation_event_kind NOT NULL,
            conversation_id uuid NOT NULL,
            message_id uuid,
            suggestion_id uuid,
            status public.conversation_status,
            reason text,
            created_at timestamptz NOT NULL DEFAULT now(),
            CONSTRAINT pk_conversation_events PRIMARY KEY (transaction_id, position)
        );
        CREATE INDEX ix_conversation_events_created_at ON public.conversation_events USING brin (created_at);
        """;
}
