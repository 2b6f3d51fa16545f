using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ConversationData.Embeddings;

internal sealed class EmbeddingModelTermConfiguration : IEntityTypeConfiguration<EmbeddingModelTerm>
{
    public void Configure(EntityTypeBuilder<EmbeddingModelTerm> builder)
    {
        builder.ToTable("embedding_model_terms");
        builder.HasKey(t => new { t.ModelId, t.Term }).HasName("pk_embedding_model_terms");
        builder.Property(t => t.Embedding).HasColumnType("halfvec");
        builder.HasOne<EmbeddingModel>().WithMany().HasForeignKey(t => t.ModelId)
            .OnDelete(DeleteBehavior.Cascade).HasConstraintName("fk_embedding_model_terms_model");
    }
}
