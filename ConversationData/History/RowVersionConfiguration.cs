using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ConversationData.History;

internal sealed class RowVersionConfiguration : IEntityTypeConfiguration<RowVersion>
{
    public void Configure(EntityTypeBuilder<RowVersion> builder)
    {
        builder.ToTable("row_versions", "history", table =>
            table.HasCheckConstraint("ck_row_versions_operation", "operation IN ('UPDATE', 'DELETE')"));
        builder.HasKey(v => new { v.RowId, v.VersionNumber, v.RecordedAt }).HasName("pk_row_versions");
        builder.Property(v => v.VersionNumber).ValueGeneratedOnAdd();
        builder.Property(v => v.OldRow).HasColumnType("jsonb");
        builder.Property(v => v.TransactionId).HasColumnType("xid8");
        builder.HasIndex(v => v.ConversationId, "ix_row_versions_conversation");
    }
}
