using ConversationData.Conversations;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ConversationData.Messages;

internal sealed class ConversationMessageConfiguration : IEntityTypeConfiguration<ConversationMessage>
{
    public void Configure(EntityTypeBuilder<ConversationMessage> builder)
    {
        builder.ToTable("conversation_messages", table =>
        {
            table.HasCheckConstraint("ck_conversation_messages_attachments", "jsonb_typeof(attachments) = 'array'");
            table.HasCheckConstraint("ck_conversation_messages_content_hash", "octet_length(content_hash) = 32");
            table.HasCheckConstraint("ck_conversation_messages_delivery", "direction = 'outbound' OR delivery_status IS NULL");
            table.HasCheckConstraint("ck_conversation_messages_headers", "jsonb_typeof(headers) = 'array'");
            table.HasCheckConstraint("ck_conversation_messages_marks", $"marks <@ ARRAY[{string.Join(", ", MessageMarks.All.Select(m => $"'{m}'"))}]::text[]");
            table.HasCheckConstraint("ck_conversation_messages_message_id", "length(message_id) BETWEEN 1 AND 500");
            table.HasCheckConstraint("ck_conversation_messages_subject", "length(subject) <= 998");
        });
        builder.HasKey(m => m.Id).HasName("pk_conversation_messages");
        builder.Property(m => m.Id).ValueGeneratedNever();
        builder.Property(m => m.InsertedAt).HasDefaultValueSql("clock_timestamp()");
        builder.Property(m => m.InsertedIn).HasColumnType("xid8").HasDefaultValueSql("pg_current_xact_id()");
        builder.Property(m => m.Headers).HasColumnType("jsonb");
        builder.Property(m => m.Attachments).HasColumnType("jsonb");
        builder.HasOne<Conversation>().WithMany().HasForeignKey(m => m.ConversationId)
            .OnDelete(DeleteBehavior.Cascade).HasConstraintName("fk_conversation_messages_conversation");

        builder.HasIndex(m => new { m.ConversationId, m.SentAt, m.Id }, "ix_conversation_messages_thread");
        builder.HasIndex(m => m.SentAt, "ix_conversation_messages_sent_at").IncludeProperties(m => new { m.ConversationId, m.Direction, m.DeliveryStatus });
        builder.HasIndex(m => new { m.MessageId, m.ContentHash }, "ux_conversation_messages_message_id").IsUnique();
        builder.HasIndex(m => m.GmailMessageId, "ux_conversation_messages_gmail").IsUnique().HasFilter("gmail_message_id IS NOT NULL");
        builder.HasIndex(m => m.PostmarkMessageId, "ux_conversation_messages_postmark").IsUnique().HasFilter("postmark_message_id IS NOT NULL");
    }
}
