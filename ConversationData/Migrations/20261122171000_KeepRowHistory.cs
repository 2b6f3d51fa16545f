using System.ComponentModel;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ConversationData.Migrations;

/// <summary>
/// Lets the worker look after row history without owning it: three functions that do this and no more, for role maintenance alone.
/// Each is one short transaction, so that whoever calls them can say how far it is and stop in between.
/// </summary>
[DbContext(typeof(ConversationDbContext))]
[Migration("20261122171000_KeepRowHistory")]
[Description("Let the worker make and remove partitions of row history")]
internal sealed class KeepRowHistory : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Sql(Partitions);
        migrationBuilder.Sql(Pruning);
        migrationBuilder.Sql("""
            DROP FUNCTION history.prune(interval);
            REVOKE ALL ON FUNCTION history.ensure_partitions(integer), history.drop_partition(interval), history.prune_rows(interval, integer) FROM PUBLIC;
            GRANT EXECUTE ON FUNCTION history.ensure_partitions(integer), history.drop_partition(interval), history.prune_rows(interval, integer) TO maintenance;
            """);
    }

    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(Before);

    private const string Partitions = """
        CREATE OR REPLACE FUNCTION history.ensure_partitions(months_ahead integer) RETURNS integer
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
        DECLARE
            first_day timestamptz;
            next_month timestamptz;
            partition text;
            made integer := 0;
        BEGIN
            IF months_ahead IS NULL OR months_ahead NOT BETWEEN 0 AND 24 THEN
                RAISE 'partitions are made for 0 to 24 months ahead, not for %', months_ahead USING ERRCODE = 'invalid_parameter_value';
            END IF;
            -- One at a time, whoever asks: the second finds nothing left to do.
            LOCK TABLE ONLY history.row_versions IN SHARE UPDATE EXCLUSIVE MODE;
            FOR first_day IN
                SELECT date_trunc('month', now()) + make_interval(months => ahead) FROM generate_series(0, months_ahead) ahead
                UNION SELECT date_trunc('month', recorded_at) FROM history.row_versions_default
                ORDER BY 1
            LOOP
                next_month := first_day + interval '1 month';
                partition := 'row_versions_' || to_char(first_day, 'YYYY_MM');
                CONTINUE WHEN to_regclass('history.' || partition) IS NOT NULL;
                EXECUTE format('CREATE TABLE history.%I (LIKE history.row_versions INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', partition);
                -- What went into the default partition meanwhile moves over, or attaching would fail; what is just going there waits.
                LOCK TABLE history.row_versions_default IN ACCESS EXCLUSIVE MODE;
                EXECUTE format('WITH moved AS (DELETE FROM history.row_versions_default WHERE recorded_at >= %L AND recorded_at < %L RETURNING *)
                                INSERT INTO history.%I SELECT * FROM moved', first_day, next_month, partition);
                EXECUTE format('ALTER TABLE history.row_versions ATTACH PARTITION history.%I FOR VALUES FROM (%L) TO (%L)', partition, first_day, next_month);
                -- A server may grant services every table by default; what was is none of their business.
                EXECUTE format('REVOKE ALL ON history.%I FROM app_user, analytics_reader', partition);
                made := made + 1;
            END LOOP;
            RETURN made;
        END $$;
        COMMENT ON FUNCTION history.ensure_partitions IS 'Makes the monthly partitions from this month on, and those of what the default partition holds; returns how many were missing.';
        """;

    private const string Pruning = """
        CREATE FUNCTION history.drop_partition(keep interval) RETURNS TABLE (partition_name text, row_count bigint)
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
        BEGIN
            IF keep IS NULL OR keep < interval '1 day' THEN
                RAISE 'row history is kept for a day or longer, not for %', keep USING ERRCODE = 'invalid_parameter_value';
            END IF;
            LOCK TABLE ONLY history.row_versions IN SHARE UPDATE EXCLUSIVE MODE;
            SELECT c.relname INTO partition_name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
            WHERE i.inhparent = 'history.row_versions'::regclass
                AND to_timestamp(substring(c.relname from '^row_versions_(\d{4}_\d{2})$'), 'YYYY_MM') + interval '1 month' <= now() - keep
            ORDER BY 1 LIMIT 1;
            IF partition_name IS NOT NULL THEN
                EXECUTE format('SELECT count(*) FROM history.%I', partition_name) INTO row_count;
                EXECUTE format('DROP TABLE history.%I', partition_name);
                RETURN NEXT;
            END IF;
        END $$;
        COMMENT ON FUNCTION history.drop_partition IS 'Removes the oldest month that is wholly older than asked; returns no row when there is none.';

        CREATE FUNCTION history.prune_rows(keep interval, at_most integer) RETURNS TABLE (partition_name text, row_count bigint)
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
        BEGIN
            IF keep IS NULL OR keep < interval '1 day' THEN
                RAISE 'row history is kept for a day or longer, not for %', keep USING ERRCODE = 'invalid_parameter_value';
            END IF;
            FOR partition_name IN
                SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
                WHERE i.inhparent = 'history.row_versions'::regclass
                    AND coalesce(to_timestamp(substring(c.relname from '^row_versions_(\d{4}_\d{2})$'), 'YYYY_MM') < now() - keep, true)
                ORDER BY 1
            LOOP
                EXECUTE format('DELETE FROM history.%1$I WHERE ctid = ANY (ARRAY(SELECT ctid FROM history.%1$I WHERE recorded_at < $1 LIMIT $2))', partition_name) USING now() - keep, at_most;
                GET DIAGNOSTICS row_count = ROW_COUNT;
                IF row_count > 0 THEN
                    RETURN NEXT;
                    RETURN;
                END IF;
            END LOOP;
        END $$;
        COMMENT ON FUNCTION history.prune_rows IS 'Removes so many versions older than asked from one partition; returns no row when there are none.';
        """;

    private const string Before = """
        DROP FUNCTION history.drop_partition(interval), history.prune_rows(interval, integer);

        CREATE OR REPLACE FUNCTION history.ensure_partitions(months_ahead integer) RETURNS integer
        LANGUAGE plpgsql SECURITY INVOKER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
        DECLARE
            first_day timestamptz;
            next_month timestamptz;
            partition text;
            made integer := 0;
        BEGIN
            FOR ahead IN 0..months_ahead LOOP
                first_day := date_trunc('month', now()) + make_interval(months => ahead);
                next_month := first_day + interval '1 month';
                partition := 'row_versions_' || to_char(first_day, 'YYYY_MM');
                CONTINUE WHEN to_regclass('history.' || partition) IS NOT NULL;
                EXECUTE format('CREATE TABLE history.%I (LIKE history.row_versions INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', partition);
                -- What went into the default partition meanwhile moves over, or attaching would fail.
                EXECUTE format('WITH moved AS (DELETE FROM history.row_versions_default WHERE recorded_at >= %L AND recorded_at < %L RETURNING *)
                                INSERT INTO history.%I SELECT * FROM moved', first_day, next_month, partition);
                EXECUTE format('ALTER TABLE history.row_versions ATTACH PARTITION history.%I FOR VALUES FROM (%L) TO (%L)', partition, first_day, next_month);
                -- A server may grant services every table by default; what was is none of their business.
                EXECUTE format('REVOKE ALL ON history.%I FROM app_user, analytics_reader', partition);
                made := made + 1;
            END LOOP;
            RETURN made;
        END $$;
        COMMENT ON FUNCTION history.ensure_partitions IS 'Makes the monthly partitions from this month on; returns how many were missing.';
        REVOKE ALL ON FUNCTION history.ensure_partitions(integer) FROM maintenance;
        GRANT EXECUTE ON FUNCTION history.ensure_partitions(integer) TO PUBLIC;

        CREATE FUNCTION history.prune(keep interval) RETURNS bigint
        LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
        DECLARE
            partition record;
            pruned bigint := 0;
            part bigint;
        BEGIN
            FOR partition IN
                SELECT c.relname, to_timestamp(substring(c.relname from '\d{4}_\d{2}$'), 'YYYY_MM') + interval '1 month' AS upper_bound
                FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
                WHERE i.inhparent = 'history.row_versions'::regclass AND c.relname ~ '^row_versions_\d{4}_\d{2}$'
            LOOP
                CONTINUE WHEN partition.upper_bound > now() - keep;
                EXECUTE format('SELECT count(*) FROM history.%I', partition.relname) INTO part;
                EXECUTE format('DROP TABLE history.%I', partition.relname);
                pruned := pruned + part;
            END LOOP;
            DELETE FROM history.row_versions WHERE recorded_at < now() - keep;
            GET DIAGNOSTICS part = ROW_COUNT;
            RETURN pruned + part;
        END $$;
        COMMENT ON FUNCTION history.prune IS 'Removes versions older than asked, whole partitions where it can; returns how many.';
        """;
}
