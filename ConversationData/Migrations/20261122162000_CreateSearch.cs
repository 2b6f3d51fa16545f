using System.ComponentModel;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ConversationData.Migrations;

/// <summary>What finds messages: their words, how common each word is, and the models that were fitted here. All of it is made from the mail again.</summary>
[DbContext(typeof(ConversationDbContext))]
[Migration("20261122162000_CreateSearch")]
[Description("Create what search needs")]
[DataLoss("What makes mail findable is dropped; on the way up it is made again from the mail, which takes a while and what a provider of embeddings asks for it.",
    "public.message_search", "public.search_terms", "public.search_corpus", "public.embedding_model_terms", "public.embedding_models", "public.message_embeddings")]
internal sealed class CreateSearch : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Sql(Words);
        migrationBuilder.Sql(Models);
        migrationBuilder.Sql("INSERT INTO public.message_work (message_id, kind, conversation_id) SELECT id, 'index', conversation_id FROM public.conversation_messages ON CONFLICT DO NOTHING");
    }

    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("""
        DROP TABLE public.message_search, public.search_terms, public.search_corpus, public.embedding_model_terms;
        DELETE FROM public.message_embeddings;
        DELETE FROM public.embedding_models;
        DROP INDEX public.ux_embedding_models_current;
        ALTER TABLE public.embedding_models DROP COLUMN is_local, DROP COLUMN is_current, DROP COLUMN fitted_on, DROP COLUMN retired_at;
        """);

    // Each term vector stays in its row up to the size of a page: fetching it from elsewhere would cost more than scoring it.
    // New terms go into the index at once, since every search would have to read a list of those that wait.
    private const string Words = """
        CREATE TABLE public.message_search (
            message_id uuid CONSTRAINT pk_message_search PRIMARY KEY CONSTRAINT fk_message_search_message REFERENCES public.conversation_messages ON DELETE CASCADE,
            conversation_id uuid NOT NULL,
            sent_at timestamptz NOT NULL,
            length integer NOT NULL,
            terms tsvector NOT NULL,
            CONSTRAINT ck_message_search_length CHECK (length >= 0)
        ) WITH (toast_tuple_target = 8160);
        CREATE INDEX ix_message_search_terms ON public.message_search USING gin (terms) WITH (fastupdate = off);
        CREATE INDEX ix_message_search_conversation ON public.message_search (conversation_id);
        CREATE INDEX ix_message_search_sent_at ON public.message_search (sent_at);

        CREATE TABLE public.search_terms (
            term text CONSTRAINT pk_search_terms PRIMARY KEY,
            documents integer NOT NULL,
            CONSTRAINT ck_search_terms_documents CHECK (documents > 0)
        );

        CREATE TABLE public.search_corpus (
            id smallint NOT NULL DEFAULT 1 CONSTRAINT pk_search_corpus PRIMARY KEY,
            messages bigint NOT NULL,
            average_length double precision NOT NULL,
            refreshed_at timestamptz NOT NULL DEFAULT now(),
            CONSTRAINT ck_search_corpus_only CHECK (id = 1)
        );
        """;

    private const string Models = """
        ALTER TABLE public.embedding_models ADD COLUMN is_local boolean NOT NULL DEFAULT false, ADD COLUMN is_current boolean NOT NULL DEFAULT false,
            ADD COLUMN fitted_on bigint, ADD COLUMN retired_at timestamptz;
        CREATE UNIQUE INDEX ux_embedding_models_current ON public.embedding_models (is_current) WHERE is_current;

        CREATE TABLE public.embedding_model_terms (
            model_id integer NOT NULL CONSTRAINT fk_embedding_model_terms_model REFERENCES public.embedding_models ON DELETE CASCADE,
            term text NOT NULL,
            weight real NOT NULL,
            embedding halfvec NOT NULL,
            CONSTRAINT pk_embedding_model_terms PRIMARY KEY (model_id, term)
        );
        """;
}
