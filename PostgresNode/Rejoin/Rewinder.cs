using NpgsqlTypes;
using PostgresNode.Configuration;
using PostgresNode.DataDirectory;
using PostgresNode.Processes;
using PostgresNode.Replication;
using PostgresNode.Roles;
using PostgresNode.Timelines;

namespace PostgresNode.Rejoin;

/// <summary>What became of the data.</summary>
internal enum RewindOutcome
{
    /// <summary>It is the primary's, up to where that goes on.</summary>
    Done,

    /// <summary>It cannot be rewound, and is what it was.</summary>
    Impossible,

    /// <summary>pg_rewind broke off when it had begun to change it: it belongs to no history, and is kept aside.</summary>
    Broken,
}

/// <summary>
/// Turns a former primary into a follower. WAL that only it has is kept aside and reported first. A mark beside the data outlives node and pg_rewind:
/// the control file, which pg_rewind changes last, calls data sound of which half is another's.
/// </summary>
internal sealed partial class Rewinder(
    ToolRunner tools, NodePaths paths, SetAside aside, PrimaryHistory history, SharedHistory shared, OwnWal wal, ILogger<Rewinder> logger)
{
    /// <summary>Ends what was cut off: data that pg_rewind was changing is kept aside, to be fetched anew.</summary>
    public async Task SettleAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(paths.RewindMark))
            return;
        CutOff();
        await aside.KeepDataAsync(cancellationToken);
        await UnmarkAsync();
    }

    /// <summary>Cuts this node's data back to where it parted from a primary's; where that fails, the data has to be fetched whole.</summary>
    public async Task<RewindOutcome> TryAsync(PeerOptions primary, uint timeline, CancellationToken cancellationToken)
    {
        await history.CheckpointAsync(primary, cancellationToken);
        var its = await history.ReadAsync(primary, cancellationToken);
        if (timeline == its.Timeline)
        {
            if (await LeftLateAsync(its, cancellationToken) is not { } left)
            {
                PartedBefore(primary.Name, timeline);
                return RewindOutcome.Impossible;
            }
            timeline = left;
        }
        var way = await wal.ForksOfAsync(timeline, cancellationToken);
        // Timelines that the primary never was on are this node's from their first record.
        while (timeline != its.Timeline && !its.Forks.ContainsKey(timeline) && way.Count > 0)
        {
            var before = way.Keys.Where(earlier => earlier < timeline).Max();
            await KeepAsync(timeline, way[before], cancellationToken);
            (timeline, way) = (before, way.Where(fork => fork.Key < before).ToDictionary());
        }
        if (its.Forks.TryGetValue(timeline, out var fork))
        {
            // pg_rewind would take what both call by one number for the same.
            if (await shared.PartedBeforeAsync(timeline, fork, primary, cancellationToken))
            {
                PartedBefore(primary.Name, timeline);
                return RewindOutcome.Impossible;
            }
            await KeepAsync(timeline, fork, cancellationToken);
        }
        return await RewindAsync(primary, timeline, cancellationToken);
    }

    private async Task<RewindOutcome> RewindAsync(PeerOptions primary, uint timeline, CancellationToken cancellationToken)
    {
        await TouchAsync(paths.RewindMark, cancellationToken);
        var result = await tools.RunAsync("pg_rewind", ["--target-pgdata", paths.Data, "--config-file", paths.RewindConfiguration, "--source-server",
            Upstream.ConnectionTo(primary, PlatformRole.Replicator, "postgres")], cancellationToken);
        if (!result.Succeeded)
        {
            Failed(primary.Name, result.Complaint);
            // The last that it says before it changes anything.
            if (result.Errors.Contains("rewinding from last common checkpoint", StringComparison.Ordinal))
            {
                await SettleAsync(cancellationToken);
                return RewindOutcome.Broken;
            }
            await UnmarkAsync();
            return RewindOutcome.Impossible;
        }
        // By the control files, which are all that it goes by: it did nothing.
        if (result.Errors.Contains("on the same timeline", StringComparison.Ordinal))
        {
            PartedBefore(primary.Name, timeline);
            await UnmarkAsync();
            return RewindOutcome.Impossible;
        }
        await tools.ChangeFilesAsync("rm", ["-f", paths.StandbySignal], cancellationToken);
        await TouchAsync(paths.StandbySignal, cancellationToken);
        await UnmarkAsync();
        Rewound(primary.Name);
        return RewindOutcome.Done;
    }

    // On the disk before what comes next, so that a power cut cannot turn the two around.
    private async Task TouchAsync(string file, CancellationToken cancellationToken)
    {
        await tools.ChangeFilesAsync("touch", [file], cancellationToken);
        await tools.ChangeFilesAsync("sync", [file, Path.GetDirectoryName(file)!], cancellationToken);
    }

    private Task UnmarkAsync() => tools.ChangeFilesAsync("rm", ["-f", paths.RewindMark], CancellationToken.None);

    // A replica has a timeline's history file before any of its WAL, and may be beyond the place where that timeline begins.
    private async Task<uint?> LeftLateAsync(History its, CancellationToken cancellationToken)
    {
        foreach (var (timeline, fork) in its.Forks.OrderBy(each => each.Key))
        {
            if (await wal.GoesBeyondAsync(timeline, fork, cancellationToken))
                return timeline;
        }
        return null;
    }

    // What cannot be read to its end may hold anything: kept as well.
    private async Task KeepAsync(uint timeline, NpgsqlLogSequenceNumber fork, CancellationToken cancellationToken)
    {
        var own = await wal.ReadAsync(timeline, fork, cancellationToken);
        if (own is { IsWhole: true, Commits: 0 })
            return;
        var folder = await aside.KeepWalAsync(timeline, fork, cancellationToken);
        if (own.Commits > 0)
            CommitsKept(own.Commits, fork.ToString(), timeline, folder);
        if (!own.IsWhole)
            UnreadKept(fork.ToString(), timeline, own.Complaint, folder);
    }

    [LoggerMessage(LogLevel.Warning, "Transactions that only this node had, {Commits} of them (WAL after {Fork} of timeline {Timeline}), are no part of the cluster any more; their WAL is kept in {Folder}")]
    private partial void CommitsKept(int commits, string fork, uint timeline, string folder);

    [LoggerMessage(LogLevel.Warning, "Whether only this node had transactions after {Fork} of timeline {Timeline} cannot be told to the end ({Reason}); its WAL is kept in {Folder}")]
    private partial void UnreadKept(string fork, uint timeline, string reason, string folder);

    [LoggerMessage(LogLevel.Warning, "Timeline {Timeline} of {Primary} is another than this node's: the data is fetched whole")]
    private partial void PartedBefore(string primary, uint timeline);

    [LoggerMessage(LogLevel.Warning, "pg_rewind did not come to its end while it changed this node's data, which is of no history now: it is kept aside and fetched anew")]
    private partial void CutOff();

    [LoggerMessage(LogLevel.Information, "Rewound to the history of {Primary}")]
    private partial void Rewound(string primary);

    [LoggerMessage(LogLevel.Warning, "pg_rewind cannot bring this node to the history of {Primary}: {Reason}")]
    private partial void Failed(string primary, string reason);
}
