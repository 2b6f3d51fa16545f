using System.Globalization;

namespace PostgresNode.Configuration;

/// <summary>postgresql.conf: every setting of the platform with its reason. What is a node's own (port, upstream, the form of its log) stands on the command line.</summary>
internal static class ServerSettings
{
    /// <summary>
    /// Before it rewinds data that was cut off, pg_rewind has a server recover it, whose checkpoint would remove the WAL that pg_rewind reads next.
    /// </summary>
    public const string ForRewind = "# Written by PostgresNode at each start.\ninclude 'postgresql.conf'\nwal_keep_size = '1TB'\n";

    /// <param name="Name">The setting.</param>
    /// <param name="Value">Its value.</param>
    /// <param name="Reason">Why; written beside it.</param>
    internal sealed record Setting(string Name, string Value, string Reason);

    public static IReadOnlyList<Setting> For(PostgresNodeOptions options, bool hasRepmgr, bool hasTimeZones)
    {
        List<Setting> settings =
        [
            new("max_connections", "100", "The services' pools (30 each) and room for maintenance"),
            new("idle_session_timeout", "2h", "Ends sessions that a pool forgot; above Npgsql's idle lifetime of 5 minutes"),
            new("idle_in_transaction_session_timeout", "10min", "An abandoned transaction holds vacuum back and keeps locks"),
            new("tcp_keepalives_idle", "30", "A client's host that vanished is noticed in about a minute"),
            new("tcp_keepalives_interval", "10", "See tcp_keepalives_idle"),
            new("tcp_keepalives_count", "3", "See tcp_keepalives_idle"),
            new("ssl", "off", "Nodes of the local runtime listen on loopback; elsewhere Postgres:Settings turns it on with certificates"),
            new("password_encryption", "scram-sha-256", "md5 is deprecated"),

            new("shared_buffers", "128MB", "A machine that is shared with the services"),
            new("maintenance_work_mem", "128MB", "HNSW indexes are built in it"),
            new("jit", "off", "Short statements: compiling them costs more than it gains"),

            new("wal_level", "replica", "Streaming replication"),
            new("max_wal_senders", "10", "Four replicas: one each, two while its data is fetched"),
            new("max_replication_slots", "10", "One for each of four replicas, the rest in reserve"),
            new("restart_after_crash", "off", "The node starts it again, and looks first whether there is space"),
            new("hot_standby", "on", "Replicas answer reads"),
            new("wal_log_hints", "on", "pg_rewind works even on data made without checksums"),
            new("wal_keep_size", "128MB", "pg_rewind and a replica that was away shortly find what they need without a slot"),
            new("max_slot_wal_keep_size", "4GB", "A replica that stays away must not fill the primary's disk; it is cloned again"),
            new("max_wal_size", "1GB", "Checkpoints by time rather than by volume"),
            new("wal_compression", "on", "Less WAL to write and to stream"),
            new("wal_sender_timeout", "5s", "A replica that hangs is noticed"),
            new("wal_receiver_timeout", "5s", "A primary that hangs is noticed"),
            new("wal_receiver_status_interval", "1s", "Lag is known to the second"),
            new("wal_retrieve_retry_interval", "500ms", "A replica is back soon after its primary"),
            new("track_commit_timestamp", "on", "Says when a transaction was committed, for whoever looks for a moment in the WAL"),
            new("synchronous_commit", "on", "A commit is on disk, and on a replica's where durability is synchronous"),
            new("synchronous_standby_names", SynchronousStandbys(options), "Postgres:Durability; names, so that failing over needs no new configuration"),

            new("autovacuum", "on", "The guide's autovacuum settings, this and the next seven"),
            new("autovacuum_max_workers", "3", "As the guide"),
            new("autovacuum_naptime", "10s", "As the guide: conversations change in bursts"),
            new("autovacuum_vacuum_threshold", "50", "As the guide"),
            new("autovacuum_analyze_threshold", "50", "As the guide"),
            new("autovacuum_vacuum_scale_factor", "0.1", "As the guide"),
            new("autovacuum_analyze_scale_factor", "0.05", "As the guide"),
            new("log_autovacuum_min_duration", "10s", "A vacuum that takes long is worth knowing"),

            new("shared_preload_libraries", hasRepmgr ? "repmgr,pg_stat_statements" : "pg_stat_statements", "Statement statistics; repmgr's shared memory"),
            new("pg_stat_statements.max", "5000", "The platform's distinct statements, several times over"),
            new("pg_stat_statements.track", "top", "Statements that clients sent"),
            new("track_io_timing", "on", "Tells slow disks from slow plans"),
            new("track_functions", "pl", "Triggers that keep row history show in statistics"),

            new("log_destination", "stderr", "The node forwards its lines"),
            new("logging_collector", "off", "See log_destination"),
            new("log_connections", "on", "The guide's audit log"),
            new("log_disconnections", "on", "The guide's audit log"),
            new("log_statement", "ddl", "The guide's audit log: changes of the schema"),
            new("log_min_duration_statement", "1000", "The guide's slow statement, in milliseconds"),
            new("log_duration", "off", "The guide's 'on' would log every statement; the line above logs the slow ones"),
            new("log_parameter_max_length", "0", "Parameters hold people's mail"),
            new("log_parameter_max_length_on_error", "0", "See log_parameter_max_length"),
            new("log_lock_waits", "on", "Waits longer than deadlock_timeout"),
            new("log_temp_files", "10MB", "Sorts that do not fit into memory"),
            new("log_checkpoints", "on", "Their cost is otherwise invisible"),
            new("timezone", hasTimeZones ? "UTC" : "GMT", "Times mean the same on every machine; GMT is built in where time zones are not installed"),
            new("log_timezone", hasTimeZones ? "UTC" : "GMT", "See timezone"),
        ];
        return [.. settings.Select(setting => options.Settings.TryGetValue(setting.Name, out var value)
                ? setting with { Value = value, Reason = "Postgres:Settings" } : setting),
            .. options.Settings.Where(own => settings.TrueForAll(setting => !setting.Name.Equals(own.Key, StringComparison.OrdinalIgnoreCase)))
                .Select(own => new Setting(own.Key, own.Value, "Postgres:Settings"))];
    }

    public static string Render(IEnumerable<Setting> settings) =>
        "# Written by PostgresNode at each start; change Postgres:Settings:<name> instead.\n"
        + string.Concat(settings.Select(setting => string.Create(CultureInfo.InvariantCulture,
            $"{setting.Name} = {Quote(setting.Value)}  # {setting.Reason.ReplaceLineEndings(" ")}\n")));

    public static string Quote(string value) =>
        $"'{value.Replace("'", "''", StringComparison.Ordinal).Replace("\\", "\\\\", StringComparison.Ordinal).ReplaceLineEndings(" ")}'";

    private static string SynchronousStandbys(PostgresNodeOptions options) => options.Durability == Durability.Synchronous
        ? $"ANY 1 ({string.Join(", ", options.Peers.Select(peer => $"\"{peer.Name}\""))})" : "";
}
