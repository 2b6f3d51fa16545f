using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ConversationData.Ingestion;

internal sealed class GmailMailboxConfiguration : IEntityTypeConfiguration<GmailMailbox>
{
    public void Configure(EntityTypeBuilder<GmailMailbox> builder)
    {
        builder.ToTable("gmail_mailboxes", table => table.HasCheckConstraint("ck_gmail_mailboxes_listing",
            "(listing_from IS NULL) = (listing_query IS NULL)"));
        builder.HasKey(m => m.Mailbox).HasName("pk_gmail_mailboxes");
    }
}
