using ConversationData.Messages;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ConversationData.Embeddings;

internal sealed class MessageEmbeddingConfiguration : IEntityTypeConfiguration<MessageEmbedding>
{
    public void Configure(EntityTypeBuilder<MessageEmbedding> builder)
    {
        builder.ToTable("message_embeddings", table =>
            table.HasCheckConstraint("ck_message_embeddings_not_zero", "l2_norm(embedding) > 0"));
        builder.HasKey(e => new { e.MessageId, e.ModelId }).HasName("pk_message_embeddings");
        builder.Property(e => e.Embedding).HasColumnType("halfvec");
        builder.HasOne<ConversationMessage>().WithMany().HasForeignKey(e => e.MessageId)
            .OnDelete(DeleteBehavior.Cascade).HasConstraintName("fk_message_embeddings_message");
        builder.HasOne<EmbeddingModel>().WithMany().HasForeignKey(e => e.ModelId)
            .OnDelete(DeleteBehavior.Restrict).HasConstraintName("fk_message_embeddings_model");
        builder.HasIndex(e => e.ModelId, "ix_message_embeddings_model");
    }
}
