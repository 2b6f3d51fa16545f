using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ConversationData.Conversations;

internal sealed class ConversationConfiguration : IEntityTypeConfiguration<Conversation>
{
    public void Configure(EntityTypeBuilder<Conversation> builder)
    {
        builder.ToTable("conversations", table =>
        {
            table.HasCheckConstraint("ck_conversations_archived", "(status = 'archived') = (archived_at IS NOT NULL)");
            table.HasCheckConstraint("ck_conversations_lead_email", "lead_email = translate(lead_email, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz') AND length(lead_email) BETWEEN 1 AND 320");
            table.HasCheckConstraint("ck_conversations_message_count", "message_count >= 0");
            table.HasCheckConstraint("ck_conversations_pending_suggestions", "pending_suggestions >= 0");
            table.HasCheckConstraint("ck_conversations_subject", "length(subject) <= 998");
            table.HasCheckConstraint("ck_conversations_version", "version >= 1");
        });
        builder.HasKey(c => c.Id).HasName("pk_conversations");
        builder.Property(c => c.Id).ValueGeneratedNever();
        builder.Property(c => c.InsertedAt).HasDefaultValueSql("clock_timestamp()");
        builder.Property(c => c.InsertedIn).HasColumnType("xid8").HasDefaultValueSql("pg_current_xact_id()");
        builder.Property(c => c.Version).IsConcurrencyToken();

        builder.HasIndex(c => new { c.Status, c.LastMessageAt, c.Id }, "ix_conversations_status_last_message").IsDescending(false, true, true);
        builder.HasIndex(c => new { c.Status, c.MessageCount, c.Id }, "ix_conversations_status_message_count").IsDescending(false, true, true);
        builder.HasIndex(c => new { c.Status, c.Id }, "ix_conversations_status_id").IsDescending(false, true);
        // The same for those with a draft to decide about.
        const string Pending = "pending_suggestions > 0";
        builder.HasIndex(c => new { c.Status, c.LastMessageAt, c.Id }, "ix_conversations_pending_last_message").IsDescending(false, true, true).HasFilter(Pending);
        builder.HasIndex(c => new { c.Status, c.MessageCount, c.Id }, "ix_conversations_pending_message_count").IsDescending(false, true, true).HasFilter(Pending);
        builder.HasIndex(c => new { c.Status, c.Id }, "ix_conversations_pending_id").IsDescending(false, true).HasFilter(Pending);
        builder.HasIndex(c => new { c.LeadId, c.Id }, "ix_conversations_lead_id").HasFilter("lead_id IS NOT NULL");
        builder.HasIndex(c => new { c.LeadEmail, c.Id }, "ix_conversations_lead_email");
        builder.HasIndex(c => c.Subject, "ix_conversations_subject").HasMethod("gin").HasOperators("gin_trgm_ops");
    }
}
