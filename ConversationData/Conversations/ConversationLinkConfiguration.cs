using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ConversationData.Conversations;

internal sealed class ConversationLinkConfiguration : IEntityTypeConfiguration<ConversationLink>
{
    public void Configure(EntityTypeBuilder<ConversationLink> builder)
    {
        builder.ToTable("conversation_links", table =>
            table.HasCheckConstraint("ck_conversation_links_order", "conversation_id < linked_conversation_id"));
        builder.HasKey(l => new { l.ConversationId, l.LinkedConversationId }).HasName("pk_conversation_links");
        builder.HasOne<Conversation>().WithMany().HasForeignKey(l => l.ConversationId)
            .OnDelete(DeleteBehavior.Cascade).HasConstraintName("fk_conversation_links_conversation");
        builder.HasOne<Conversation>().WithMany().HasForeignKey(l => l.LinkedConversationId)
            .OnDelete(DeleteBehavior.Cascade).HasConstraintName("fk_conversation_links_linked");
        builder.HasIndex(l => l.LinkedConversationId, "ix_conversation_links_linked");
        builder.HasIndex(l => new { l.ConversationId, l.LinkedConversationId }, "ix_conversation_links_open").HasFilter("resolved_at IS NULL");
    }
}
