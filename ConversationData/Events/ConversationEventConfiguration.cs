using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ConversationData.Events;

internal sealed class ConversationEventConfiguration : IEntityTypeConfiguration<ConversationEvent>
{
    public void Configure(EntityTypeBuilder<ConversationEvent> builder)
    {
        builder.ToTable("conversation_events");
        builder.HasKey(e => new { e.TransactionId, e.Position }).HasName("pk_conversation_events");
        builder.Property(e => e.TransactionId).HasColumnType("xid8").ValueGeneratedNever();
        builder.Property(e => e.Position).UseIdentityAlwaysColumn();
        builder.HasIndex(e => e.ConversationId, "ix_conversation_events_conversation");
    }
}
