using System.ComponentModel;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ConversationData.Migrations;

/// <summary>What was done to the platform, by whom, and how it ended; and what the workers must agree on.</summary>
[DbContext(typeof(ConversationDbContext))]
[Migration("20261122140000_CreateOperationRuns")]
[Description("Create the record of operations")]
[DataLoss("The record of operations is dropped, with the pauses of jobs and the logging levels that were set.", "ops.runs", "ops.run_log", "ops.jobs", "ops.log_levels")]
internal sealed class CreateOperationRuns : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Sql(Runs);
        migrationBuilder.Sql(Settings);
    }

    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("""
        DROP TABLE ops.run_log, ops.runs, ops.jobs, ops.log_levels;
        DROP TYPE ops.run_state;
        """);

    private const string Runs = """
        CREATE TYPE ops.run_state AS ENUM ('queued', 'running', 'succeeded', 'failed', 'cancelled', 'interrupted');
        CREATE TABLE ops.runs (
            id uuid CONSTRAINT pk_runs PRIMARY KEY,
            operation text NOT NULL,
            arguments json NOT NULL,
            dry_run boolean NOT NULL,
            lane text,
            state ops.run_state NOT NULL,
            requested_by text NOT NULL,
            requested_through text NOT NULL,
            requested_at timestamptz NOT NULL DEFAULT now(),
            idempotency_key text,
            job text,
            scheduled_for timestamptz,
            worker text,
            started_at timestamptz,
            heartbeat_at timestamptz,
            finished_at timestamptz,
            cancel_requested_at timestamptz,
            cancel_requested_by text,
            progress double precision,
            progress_text text,
            summary text,
            needs_attention boolean NOT NULL DEFAULT false,
            result json,
            error text,
            trace_id text,
            CONSTRAINT ck_runs_finished CHECK ((finished_at IS NOT NULL) = (state NOT IN ('queued', 'running'))),
            CONSTRAINT ck_runs_progress CHECK (progress BETWEEN 0 AND 1),
            CONSTRAINT ck_runs_scheduled CHECK ((job IS NULL) = (scheduled_for IS NULL)),
            CONSTRAINT ck_runs_started CHECK (state <> 'running' OR (worker IS NOT NULL AND started_at IS NOT NULL AND heartbeat_at IS NOT NULL))
        );
        CREATE UNIQUE INDEX ux_runs_job_scheduled_for ON ops.runs (job, scheduled_for) WHERE job IS NOT NULL;
        CREATE UNIQUE INDEX ux_runs_idempotency_key ON ops.runs (idempotency_key) WHERE idempotency_key IS NOT NULL;
        CREATE UNIQUE INDEX ux_runs_lane_running ON ops.runs (lane) WHERE state = 'running' AND lane IS NOT NULL;
        CREATE INDEX ix_runs_unfinished ON ops.runs (state, id) WHERE state IN ('queued', 'running');
        CREATE INDEX ix_runs_operation ON ops.runs (operation, id DESC);
        CREATE TABLE ops.run_log (
            run_id uuid NOT NULL CONSTRAINT fk_run_log_run REFERENCES ops.runs ON DELETE CASCADE,
            line integer NOT NULL,
            logged_at timestamptz NOT NULL,
            level text NOT NULL,
            message text NOT NULL,
            CONSTRAINT pk_run_log PRIMARY KEY (run_id, line),
            CONSTRAINT ck_run_log_level CHECK (level IN ('information', 'warning', 'error'))
        );
        """;

    private const string Settings = """
        CREATE TABLE ops.jobs (
            name text CONSTRAINT pk_jobs PRIMARY KEY,
            paused_at timestamptz,
            paused_by text
        );
        CREATE TABLE ops.log_levels (
            service text NOT NULL,
            category text NOT NULL,
            level text NOT NULL,
            set_by text NOT NULL,
            set_at timestamptz NOT NULL,
            expires_at timestamptz,
            CONSTRAINT pk_log_levels PRIMARY KEY (service, category),
            CONSTRAINT ck_log_levels_level CHECK (level IN ('Trace', 'Debug', 'Information', 'Warning', 'Error', 'Critical', 'None'))
        );
        -- Whatever a server grants by default.
        REVOKE ALL ON ops.runs, ops.run_log, ops.jobs, ops.log_levels FROM app_user, analytics_reader;
        GRANT SELECT ON ops.log_levels TO app_user;
        """;
}
