using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ConversationData.Operations.Runs;

internal sealed class RunLogLineConfiguration : IEntityTypeConfiguration<RunLogLine>
{
    public void Configure(EntityTypeBuilder<RunLogLine> builder)
    {
        builder.ToTable("run_log", "ops", table => table.HasCheckConstraint("ck_run_log_level", "level IN ('information', 'warning', 'error')"));
        builder.HasKey(l => new { l.RunId, l.Line }).HasName("pk_run_log");
        builder.HasOne<OperationRun>().WithMany().HasForeignKey(l => l.RunId).HasConstraintName("fk_run_log_run").OnDelete(DeleteBehavior.Cascade);
    }
}
