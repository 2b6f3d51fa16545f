using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ConversationData.Idempotency;

internal sealed class IdempotencyKeyConfiguration : IEntityTypeConfiguration<IdempotencyKey>
{
    public void Configure(EntityTypeBuilder<IdempotencyKey> builder)
    {
        builder.ToTable("idempotency_keys", table =>
        {
            table.HasCheckConstraint("ck_idempotency_keys_key", "length(key) BETWEEN 1 AND 200");
            table.HasCheckConstraint("ck_idempotency_keys_request_hash", "octet_length(request_hash) = 32");
        });
        builder.HasKey(k => new { k.Owner, k.Key }).HasName("pk_idempotency_keys");
        builder.Property(k => k.Response).HasColumnType("json");
        builder.HasIndex(k => k.CreatedAt, "ix_idempotency_keys_created_at");
        builder.HasIndex(k => k.Resource, "ix_idempotency_keys_resource").HasFilter("resource IS NOT NULL");
    }
}
