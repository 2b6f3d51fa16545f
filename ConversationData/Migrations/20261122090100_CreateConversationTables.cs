using System.ComponentModel;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ConversationData.Migrations;

[DbContext(typeof(ConversationDbContext))]
[Migration("20261122090100_CreateConversationTables")]
[Description("Create conversation management tables")]
[DataLoss("Conversations, their messages, suggestions and vectors are dropped; only a backup or the restore point brings them back.",
    "public.conversations", "public.conversation_messages", "public.ai_suggestions", "public.message_embeddings")]
internal sealed class CreateConversationTables : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Sql("""
            CREATE TYPE public.conversation_status AS ENUM ('active', 'needs_reply', 'waiting', 'archived');
            CREATE TYPE public.message_direction AS ENUM ('inbound', 'outbound');
            CREATE TYPE public.delivery_status AS ENUM ('queued', 'sending', 'sent', 'failed');
            CREATE TYPE public.suggestion_status AS ENUM ('pending', 'approved', 'rejected', 'edited');
            """);
        migrationBuilder.Sql(Conversations);
        migrationBuilder.Sql(Messages);
        migrationBuilder.Sql(Suggestions);
        migrationBuilder.Sql(Embeddings);
    }

    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("""
        DROP TABLE public.message_embeddings, public.embedding_models, public.ai_suggestions, public.message_references,
            public.conversation_messages, public.conversation_links, public.conversation_redirects, public.conversations;
        DROP TYPE public.suggestion_status, public.delivery_status, public.message_direction, public.conversation_status;
        """);

    private const string Conversations = """
        CREATE TABLE public.conversations (
            id uuid CONSTRAINT pk_conversations PRIMARY KEY,
            lead_id bigint,
            lead_email text,
            lead_name text,
            subject text NOT NULL,
            status public.conversation_status NOT NULL,
            message_count integer NOT NULL DEFAULT 0,
            last_message_at timestamptz NOT NULL,
            last_inbound_at timestamptz,
            last_outbound_at timestamptz,
            archived_at timestamptz,
            created_at timestamptz NOT NULL DEFAULT now(),
            updated_at timestamptz NOT NULL DEFAULT now(),
            version bigint NOT NULL DEFAULT 1,
            CONSTRAINT ck_conversations_archived CHECK ((status = 'archived') = (archived_at IS NOT NULL)),
            CONSTRAINT ck_conversations_lead_email CHECK (lead_email = translate(lead_email, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz') AND length(lead_email) BETWEEN 1 AND 320),
            CONSTRAINT ck_conversations_message_count CHECK (message_count >= 0),
            CONSTRAINT ck_conversations_subject CHECK (length(subject) <= 998),
            CONSTRAINT ck_conversations_version CHECK (version >= 1)
        );
        CREATE INDEX ix_conversations_status_last_message ON public.conversations (status, last_message_at DESC, id DESC);
        CREATE INDEX ix_conversations_status_message_count ON public.conversations (status, message_count DESC, id DESC);
        CREATE INDEX ix_conversations_status_id ON public.conversations (status, id DESC);
        CREATE INDEX ix_conversations_lead_id ON public.conversations (lead_id, id) WHERE lead_id IS NOT NULL;
        CREATE INDEX ix_conversations_lead_email ON public.conversations (lead_email, id);
        CREATE INDEX ix_conversations_subject ON public.conversations USING gin (subject gin_trgm_ops);

        CREATE TABLE public.conversation_redirects (
            from_id uuid CONSTRAINT pk_conversation_redirects PRIMARY KEY,
            to_id uuid NOT NULL CONSTRAINT fk_conversation_redirects_to REFERENCES public.conversations ON DELETE CASCADE,
            merged_at timestamptz NOT NULL DEFAULT now(),
            CONSTRAINT ck_conversation_redirects_other CHECK (from_id <> to_id)
        );
        CREATE INDEX ix_conversation_redirects_to_id ON public.conversation_redirects (to_id);

        CREATE TABLE public.conversation_links (
            conversation_id uuid NOT NULL CONSTRAINT fk_conversation_links_conversation REFERENCES public.conversations ON DELETE CASCADE,
            linked_conversation_id uuid NOT NULL CONSTRAINT fk_conversation_links_linked REFERENCES public.conversations ON DELETE CASCADE,
            created_at timestamptz NOT NULL DEFAULT now(),
            resolved_at timestamptz,
            CONSTRAINT pk_conversation_links PRIMARY KEY (conversation_id, linked_conversation_id),
            CONSTRAINT ck_conversation_links_order CHECK (conversation_id < linked_conversation_id)
        );
        CREATE INDEX ix_conversation_links_linked ON public.conversation_links (linked_conversation_id);
        """;

    private const string Messages = """
        CREATE TABLE public.conversation_messages (
            id uuid CONSTRAINT pk_conversation_messages PRIMARY KEY,
            conversation_id uuid NOT NULL CONSTRAINT fk_conversation_messages_conversation REFERENCES public.conversations ON DELETE CASCADE,
            direction public.message_direction NOT NULL,
            subject text NOT NULL,
            content text NOT NULL,
            html_content text,
            sent_at timestamptz NOT NULL,
            sender_email text,
            sender_name text,
            recipient_email text,
            message_id text NOT NULL,
            content_hash bytea NOT NULL,
            in_reply_to text,
            gmail_message_id text,
            postmark_message_id text,
            gmail_thread_id text,
            headers jsonb NOT NULL DEFAULT '[]',
            attachments jsonb NOT NULL DEFAULT '[]',
            marks text[] NOT NULL DEFAULT '{}',
            delivery_status public.delivery_status,
            created_at timestamptz NOT NULL DEFAULT now(),
            CONSTRAINT ck_conversation_messages_attachments CHECK (jsonb_typeof(attachments) = 'array'),
            CONSTRAINT ck_conversation_messages_content_hash CHECK (octet_length(content_hash) = 32),
            CONSTRAINT ck_conversation_messages_delivery CHECK (direction = 'outbound' OR delivery_status IS NULL),
            CONSTRAINT ck_conversation_messages_headers CHECK (jsonb_typeof(headers) = 'array'),
            CONSTRAINT ck_conversation_messages_marks
                CHECK (marks <@ ARRAY['bounce', 'auto_reply', 'list', 'synthetic_id', 'reused_id', 'arrival_date']::text[]),
            CONSTRAINT ck_conversation_messages_message_id CHECK (length(message_id) BETWEEN 1 AND 500),
            CONSTRAINT ck_conversation_messages_subject CHECK (length(subject) <= 998)
        );
        CREATE INDEX ix_conversation_messages_thread ON public.conversation_messages (conversation_id, sent_at, id);
        CREATE UNIQUE INDEX ux_conversation_messages_message_id ON public.conversation_messages (message_id, content_hash);
        CREATE UNIQUE INDEX ux_conversation_messages_gmail ON public.conversation_messages (gmail_message_id) WHERE gmail_message_id IS NOT NULL;
        CREATE UNIQUE INDEX ux_conversation_messages_postmark ON public.conversation_messages (postmark_message_id) WHERE postmark_message_id IS NOT NULL;

        CREATE TABLE public.message_references (
            reference text CONSTRAINT pk_message_references PRIMARY KEY,
            conversation_id uuid NOT NULL CONSTRAINT fk_message_references_conversation REFERENCES public.conversations ON DELETE CASCADE,
            CONSTRAINT ck_message_references_reference CHECK (length(reference) BETWEEN 1 AND 600)
        );
        CREATE INDEX ix_message_references_conversation ON public.message_references (conversation_id);
        """;

    private const string Suggestions = """
        CREATE TABLE public.ai_suggestions (
            id uuid CONSTRAINT pk_ai_suggestions PRIMARY KEY,
            conversation_id uuid NOT NULL CONSTRAINT fk_ai_suggestions_conversation REFERENCES public.conversations ON DELETE CASCADE,
            in_reply_to_message_id uuid NOT NULL CONSTRAINT fk_ai_suggestions_message REFERENCES public.conversation_messages ON DELETE CASCADE,
            suggested_content text NOT NULL,
            suggested_html_content text,
            confidence_score double precision,
            sentiment_analysis jsonb,
            context_used jsonb,
            model_used text NOT NULL,
            tokens_used integer,
            generation_cost numeric(12,6),
            status public.suggestion_status NOT NULL DEFAULT 'pending',
            user_feedback text,
            edited_content text,
            approved_at timestamptz,
            approved_by text,
            created_at timestamptz NOT NULL DEFAULT now(),
            updated_at timestamptz NOT NULL DEFAULT now(),
            CONSTRAINT ck_ai_suggestions_approved CHECK ((status IN ('approved', 'edited')) = (approved_at IS NOT NULL)),
            CONSTRAINT ck_ai_suggestions_confidence_score CHECK (confidence_score BETWEEN 0 AND 1),
            CONSTRAINT ck_ai_suggestions_edited CHECK ((status = 'edited') = (edited_content IS NOT NULL)),
            CONSTRAINT ck_ai_suggestions_generation_cost CHECK (generation_cost >= 0),
            CONSTRAINT ck_ai_suggestions_tokens_used CHECK (tokens_used >= 0)
        );
        CREATE INDEX ix_ai_suggestions_conversation ON public.ai_suggestions (conversation_id, id);
        CREATE INDEX ix_ai_suggestions_message ON public.ai_suggestions (in_reply_to_message_id);
        CREATE UNIQUE INDEX ux_ai_suggestions_pending ON public.ai_suggestions (in_reply_to_message_id) WHERE status = 'pending';
        """;

    private const string Embeddings = """
        CREATE TABLE public.embedding_models (
            id integer GENERATED BY DEFAULT AS IDENTITY CONSTRAINT pk_embedding_models PRIMARY KEY,
            name text NOT NULL,
            dimensions integer NOT NULL,
            created_at timestamptz NOT NULL DEFAULT now(),
            CONSTRAINT ck_embedding_models_dimensions CHECK (dimensions BETWEEN 1 AND 4000)
        );
        CREATE UNIQUE INDEX ux_embedding_models_name ON public.embedding_models (name);

        CREATE TABLE public.message_embeddings (
            message_id uuid NOT NULL CONSTRAINT fk_message_embeddings_message REFERENCES public.conversation_messages ON DELETE CASCADE,
            model_id integer NOT NULL CONSTRAINT fk_message_embeddings_model REFERENCES public.embedding_models,
            conversation_id uuid NOT NULL,
            embedding halfvec NOT NULL,
            CONSTRAINT pk_message_embeddings PRIMARY KEY (message_id, model_id),
            CONSTRAINT ck_message_embeddings_not_zero CHECK (l2_norm(embedding) > 0)
        );
        CREATE INDEX ix_message_embeddings_model ON public.message_embeddings (model_id);
        """;
}
