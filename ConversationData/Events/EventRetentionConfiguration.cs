using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ConversationData.Events;

internal sealed class EventRetentionConfiguration : IEntityTypeConfiguration<EventRetention>
{
    public void Configure(EntityTypeBuilder<EventRetention> builder)
    {
        builder.ToTable("event_retention", table => table.HasCheckConstraint("ck_event_retention_one", "id"));
        builder.HasKey(r => r.Id).HasName("pk_event_retention");
        builder.Property(r => r.Id).ValueGeneratedNever();
        builder.Property(r => r.TransactionId).HasColumnType("xid8");
    }
}
