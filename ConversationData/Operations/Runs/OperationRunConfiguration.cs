using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ConversationData.Operations.Runs;

internal sealed class OperationRunConfiguration : IEntityTypeConfiguration<OperationRun>
{
    public void Configure(EntityTypeBuilder<OperationRun> builder)
    {
        builder.ToTable("runs", "ops", table =>
        {
            table.HasCheckConstraint("ck_runs_finished", "(finished_at IS NOT NULL) = (state NOT IN ('queued', 'running'))");
            table.HasCheckConstraint("ck_runs_progress", "progress BETWEEN 0 AND 1");
            table.HasCheckConstraint("ck_runs_scheduled", "(job IS NULL) = (scheduled_for IS NULL)");
            table.HasCheckConstraint("ck_runs_started", "state <> 'running' OR (worker IS NOT NULL AND started_at IS NOT NULL AND heartbeat_at IS NOT NULL)");
        });
        builder.HasKey(r => r.Id).HasName("pk_runs");
        builder.Property(r => r.Id).ValueGeneratedNever();
        builder.Property(r => r.Arguments).HasColumnType("json");
        builder.Property(r => r.Result).HasColumnType("json");
        builder.HasIndex(r => new { r.Job, r.ScheduledFor }, "ux_runs_job_scheduled_for").IsUnique().HasFilter("job IS NOT NULL");
        builder.HasIndex(r => r.IdempotencyKey, "ux_runs_idempotency_key").IsUnique().HasFilter("idempotency_key IS NOT NULL");
        builder.HasIndex(r => r.Lane, "ux_runs_lane_running").IsUnique().HasFilter("state = 'running' AND lane IS NOT NULL");
        builder.HasIndex(r => new { r.State, r.Id }, "ix_runs_unfinished").HasFilter("state IN ('queued', 'running')");
        builder.HasIndex(r => new { r.Operation, r.Id }, "ix_runs_operation");
    }
}
