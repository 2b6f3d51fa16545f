using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ConversationData.Embeddings;

internal sealed class EmbeddingModelConfiguration : IEntityTypeConfiguration<EmbeddingModel>
{
    public void Configure(EntityTypeBuilder<EmbeddingModel> builder)
    {
        builder.ToTable("embedding_models", table =>
            table.HasCheckConstraint("ck_embedding_models_dimensions", "dimensions BETWEEN 1 AND 4000"));
        builder.HasKey(m => m.Id).HasName("pk_embedding_models");
        builder.Property(m => m.Id).UseIdentityByDefaultColumn();
        builder.HasIndex(m => m.Name, "ux_embedding_models_name").IsUnique();
        builder.HasIndex(m => m.IsCurrent, "ux_embedding_models_current").IsUnique().HasFilter("is_current");
    }
}
