using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ConversationData.Conversations;

internal sealed class ConversationRedirectConfiguration : IEntityTypeConfiguration<ConversationRedirect>
{
    public void Configure(EntityTypeBuilder<ConversationRedirect> builder)
    {
        builder.ToTable("conversation_redirects", table =>
            table.HasCheckConstraint("ck_conversation_redirects_other", "from_id <> to_id"));
        builder.HasKey(r => r.FromId).HasName("pk_conversation_redirects");
        builder.Property(r => r.FromId).ValueGeneratedNever();
        builder.HasOne<Conversation>().WithMany().HasForeignKey(r => r.ToId)
            .OnDelete(DeleteBehavior.Cascade).HasConstraintName("fk_conversation_redirects_to");
        builder.HasIndex(r => r.ToId, "ix_conversation_redirects_to_id");
    }
}
