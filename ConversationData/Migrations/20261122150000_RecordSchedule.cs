using System.ComponentModel;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ConversationData.Migrations;

/// <summary>What workers must agree on so that each moment of the schedule is run once, late or not at all.</summary>
[DbContext(typeof(ConversationDbContext))]
[Migration("20261122150000_RecordSchedule")]
[DataLoss("What the schedule remembers is dropped: which moments were skipped, and from when each job counts.")]
[Description("Record what the schedule decided")]
internal sealed class RecordSchedule : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("""
        ALTER TABLE ops.jobs ADD COLUMN schedule text, ADD COLUMN counts_from timestamptz, ADD COLUMN skipped_for timestamptz, ADD COLUMN skipped_reason text;
        ALTER TABLE ops.runs ADD COLUMN begin_before timestamptz;
        """);

    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("""
        ALTER TABLE ops.jobs DROP COLUMN schedule, DROP COLUMN counts_from, DROP COLUMN skipped_for, DROP COLUMN skipped_reason;
        ALTER TABLE ops.runs DROP COLUMN begin_before;
        """);
}
