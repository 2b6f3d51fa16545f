using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ConversationData.Operations.Erasures;

internal sealed class ErasureConfiguration : IEntityTypeConfiguration<Erasure>
{
    public void Configure(EntityTypeBuilder<Erasure> builder)
    {
        builder.ToTable("erasures", "ops", table => table.HasCheckConstraint("ck_erasures_address_hash", "octet_length(address_hash) = 32"));
        builder.HasKey(e => e.Id).HasName("pk_erasures");
        builder.Property(e => e.Id).ValueGeneratedNever();
        builder.Property(e => e.Counts).HasColumnType("jsonb");
        builder.HasIndex(e => e.AddressHash, "ux_erasures_address_hash").IsUnique();
    }
}
