using ConversationData.Messages;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ConversationData.Search;

internal sealed class MessageSearchConfiguration : IEntityTypeConfiguration<MessageSearch>
{
    public void Configure(EntityTypeBuilder<MessageSearch> builder)
    {
        builder.ToTable("message_search", table => table.HasCheckConstraint("ck_message_search_length", "length >= 0"));
        builder.HasKey(s => s.MessageId).HasName("pk_message_search");
        builder.HasOne<ConversationMessage>().WithOne().HasForeignKey<MessageSearch>(s => s.MessageId)
            .OnDelete(DeleteBehavior.Cascade).HasConstraintName("fk_message_search_message");
        builder.HasIndex(s => s.Terms, "ix_message_search_terms").HasMethod("gin");
        builder.HasIndex(s => s.ConversationId, "ix_message_search_conversation");
        builder.HasIndex(s => s.SentAt, "ix_message_search_sent_at");
    }
}
