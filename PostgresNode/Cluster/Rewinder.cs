using System.Globalization;
using Microsoft.Extensions.Options;
using Npgsql;
using NpgsqlTypes;
using PostgresNode.Configuration;
using PostgresNode.Processes;
using PostgresNode.Roles;

namespace PostgresNode.Cluster;

/// <summary>Turns a former primary into a follower. WAL that only it has is kept aside and reported first.</summary>
internal sealed partial class Rewinder(
    ToolRunner tools, NodePaths paths, SetAside aside, IOptions<PostgresNodeOptions> options, ILogger<Rewinder> logger)
{
    /// <returns>False when pg_rewind cannot do it and the data has to be fetched whole.</returns>
    public async Task<bool> TryAsync(PeerOptions primary, uint timeline, CancellationToken cancellationToken)
    {
        if (await ForkAsync(primary, timeline, cancellationToken) is { } fork)
            await KeepAsync(timeline, fork, cancellationToken);
        var result = await tools.RunAsync("pg_rewind", ["--target-pgdata", paths.Data, "--source-server",
            Upstream.ConnectionTo(primary, PlatformRole.Replicator, "postgres")], cancellationToken);
        if (!result.Succeeded)
        {
            Failed(primary.Name, result.Complaint);
            return false;
        }
        await File.WriteAllTextAsync(paths.StandbySignal, "", cancellationToken);
        Rewound(primary.Name);
        return true;
    }

    // Where the primary's history left this timeline. The checkpoint first: before it, pg_rewind sees the same timeline on
    // both sides, does nothing, and the node hangs at its start.
    private async Task<NpgsqlLogSequenceNumber?> ForkAsync(PeerOptions primary, uint timeline, CancellationToken cancellationToken)
    {
        var settings = new NpgsqlConnectionStringBuilder
        {
            Host = primary.Host,
            Port = primary.Port,
            Username = PlatformRole.Replicator,
            Password = options.Value.Passwords.Replication,
            Database = "postgres",
            Pooling = false,
            Timeout = 5,
            CommandTimeout = 60,
        };
        try
        {
            await using var connection = new NpgsqlConnection(settings.ConnectionString);
            await connection.OpenAsync(cancellationToken);
            await connection.ExecuteAsync("CHECKPOINT", cancellationToken);
            var history = await connection.QueryAsync<string>(
                "SELECT convert_from(pg_read_binary_file('pg_wal/' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) || '.history'), 'UTF8')", cancellationToken);
            return ForkIn(history ?? "", timeline);
        }
        catch (NpgsqlException failure)
        {
            throw new NodeFaultException($"{primary.Name} is primary but cannot be asked for its history: {failure.Message}", inner: failure);
        }
    }

    // Lines of "timeline <tab> end <tab> reason".
    internal static NpgsqlLogSequenceNumber? ForkIn(string history, uint timeline) => history.Split('\n')
        .Select(line => line.Split('\t', StringSplitOptions.TrimEntries))
        .Where(fields => fields.Length >= 2 && uint.TryParse(fields[0], CultureInfo.InvariantCulture, out var of) && of == timeline)
        .Select(fields => NpgsqlLogSequenceNumber.TryParse(fields[1], out var end) ? end : (NpgsqlLogSequenceNumber?)null)
        .FirstOrDefault();

    private async Task KeepAsync(uint timeline, NpgsqlLogSequenceNumber fork, CancellationToken cancellationToken)
    {
        var dump = await tools.RunAsync("pg_waldump", ["--path", Path.Combine(paths.Data, "pg_wal"), "--timeline", $"{timeline}",
            "--start", $"{fork}", "--rmgr", "Transaction"], cancellationToken);
        var commits = dump.Output.Split('\n').Count(line => line.Contains("desc: COMMIT", StringComparison.Ordinal));
        if (commits == 0)
            return;
        var folder = aside.KeepWal(timeline, fork);
        CommitsKept(commits, fork.ToString(), timeline, folder);
    }

    [LoggerMessage(LogLevel.Warning, "{Commits} transactions that only this node had (WAL after {Fork} of timeline {Timeline}) are no part of the cluster any more; their WAL is kept in {Folder}")]
    private partial void CommitsKept(int commits, string fork, uint timeline, string folder);

    [LoggerMessage(LogLevel.Information, "Rewound to the history of {Primary}")]
    private partial void Rewound(string primary);

    [LoggerMessage(LogLevel.Warning, "pg_rewind cannot bring this node to the history of {Primary}: {Reason}")]
    private partial void Failed(string primary, string reason);
}
