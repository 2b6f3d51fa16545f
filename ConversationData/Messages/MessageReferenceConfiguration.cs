using ConversationData.Conversations;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ConversationData.Messages;

internal sealed class MessageReferenceConfiguration : IEntityTypeConfiguration<MessageReference>
{
    public void Configure(EntityTypeBuilder<MessageReference> builder)
    {
        builder.ToTable("message_references", table =>
            table.HasCheckConstraint("ck_message_references_reference", "length(reference) BETWEEN 1 AND 600"));
        builder.HasKey(r => r.Reference).HasName("pk_message_references");
        builder.HasOne<Conversation>().WithMany().HasForeignKey(r => r.ConversationId)
            .OnDelete(DeleteBehavior.Cascade).HasConstraintName("fk_message_references_conversation");
        builder.HasIndex(r => r.ConversationId, "ix_message_references_conversation");
    }
}
