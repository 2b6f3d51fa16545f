using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ConversationData.Work;

internal sealed class MessageWorkConfiguration : IEntityTypeConfiguration<MessageWork>
{
    public void Configure(EntityTypeBuilder<MessageWork> builder)
    {
        builder.ToTable("message_work", table => table.HasCheckConstraint("ck_message_work_attempts", "attempts >= 0"));
        builder.HasKey(w => new { w.MessageId, w.Kind }).HasName("pk_message_work");
        builder.Property(w => w.Options).HasColumnType("jsonb");
        builder.HasIndex(w => new { w.Kind, w.NotBefore }, "ix_message_work_due").HasFilter("failed_at IS NULL");
        builder.HasIndex(w => new { w.Kind, w.FailedAt, w.MessageId }, "ix_message_work_failed").HasFilter("failed_at IS NOT NULL");
    }
}
