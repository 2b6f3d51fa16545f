using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ConversationData.Ingestion;

internal sealed class SetAsideMailConfiguration : IEntityTypeConfiguration<SetAsideMail>
{
    public void Configure(EntityTypeBuilder<SetAsideMail> builder)
    {
        builder.ToTable("inbound_set_aside", table =>
        {
            table.HasCheckConstraint("ck_inbound_set_aside_body_length", "body_length >= octet_length(body)");
            table.HasCheckConstraint("ck_inbound_set_aside_fingerprint", "octet_length(fingerprint) = 32");
            table.HasCheckConstraint("ck_inbound_set_aside_source", "source IN ('postmark', 'gmail')");
        });
        builder.HasKey(m => m.Id).HasName("pk_inbound_set_aside");
        builder.Property(m => m.Id).ValueGeneratedNever();
        builder.HasIndex(m => new { m.Source, m.Fingerprint }, "ux_inbound_set_aside_fingerprint").IsUnique();
        builder.HasIndex(m => m.Addresses, "ix_inbound_set_aside_addresses").HasMethod("gin");
    }
}
