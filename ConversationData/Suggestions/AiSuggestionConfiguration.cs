using ConversationData.Conversations;
using ConversationData.Messages;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ConversationData.Suggestions;

internal sealed class AiSuggestionConfiguration : IEntityTypeConfiguration<AiSuggestion>
{
    public void Configure(EntityTypeBuilder<AiSuggestion> builder)
    {
        builder.ToTable("ai_suggestions", table =>
        {
            table.HasCheckConstraint("ck_ai_suggestions_approved", "(status IN ('approved', 'edited')) = (approved_at IS NOT NULL)");
            table.HasCheckConstraint("ck_ai_suggestions_confidence_score", "confidence_score BETWEEN 0 AND 1");
            table.HasCheckConstraint("ck_ai_suggestions_edited", "(status = 'edited') = (edited_content IS NOT NULL)");
            table.HasCheckConstraint("ck_ai_suggestions_generation_cost", "generation_cost >= 0");
            table.HasCheckConstraint("ck_ai_suggestions_tokens_used", "tokens_used >= 0");
        });
        builder.HasKey(s => s.Id).HasName("pk_ai_suggestions");
        builder.Property(s => s.Id).ValueGeneratedNever();
        builder.Property(s => s.InsertedAt).HasDefaultValueSql("clock_timestamp()");
        builder.Property(s => s.InsertedIn).HasColumnType("xid8").HasDefaultValueSql("pg_current_xact_id()");
        builder.Property(s => s.SentimentAnalysis).HasColumnType("jsonb");
        builder.Property(s => s.ContextUsed).HasColumnType("jsonb");
        builder.Property(s => s.GenerationCost).HasColumnType("numeric(12,6)");
        builder.HasOne<Conversation>().WithMany().HasForeignKey(s => s.ConversationId)
            .OnDelete(DeleteBehavior.Cascade).HasConstraintName("fk_ai_suggestions_conversation");
        builder.HasOne<ConversationMessage>().WithMany().HasForeignKey(s => s.InReplyToMessageId)
            .OnDelete(DeleteBehavior.Cascade).HasConstraintName("fk_ai_suggestions_message");

        builder.HasIndex(s => new { s.ConversationId, s.Id }, "ix_ai_suggestions_conversation");
        builder.HasIndex(s => s.InReplyToMessageId, "ix_ai_suggestions_message");
        builder.HasIndex(s => s.UpdatedAt, "ix_ai_suggestions_decided").IncludeProperties(s => new { s.Status, s.ApprovedAt }).HasFilter("status <> 'pending'");
        builder.HasIndex(s => s.ConversationId, "ix_ai_suggestions_pending").HasFilter("status = 'pending'");
        builder.HasIndex(s => s.InReplyToMessageId, "ux_ai_suggestions_pending").IsUnique().HasFilter("status = 'pending'");
    }
}
