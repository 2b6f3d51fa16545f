using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ConversationData.Operations.Keys;

internal sealed class ApiKeyConfiguration : IEntityTypeConfiguration<ApiKey>
{
    public void Configure(EntityTypeBuilder<ApiKey> builder)
    {
        builder.ToTable("api_keys", "ops", table =>
        {
            table.HasCheckConstraint("ck_api_keys_key_hash", "octet_length(key_hash) = 32");
            table.HasCheckConstraint("ck_api_keys_name", "length(name) BETWEEN 1 AND 200");
        });
        builder.HasKey(k => k.Id).HasName("pk_api_keys");
        builder.Property(k => k.Id).ValueGeneratedNever();
        builder.HasIndex(k => k.KeyHash, "ux_api_keys_key_hash").IsUnique();
    }
}
