using ConversationData.Connections;
using Microsoft.Extensions.Options;
using Npgsql;
using NpgsqlTypes;

namespace ConversationApi.Database;

/// <summary>
/// Finds out how old the replicas are. The time at which the primary stood at a place of its log is remembered here; a replica that
/// has replayed that place has all that was written before. One clock is enough for that, and neither a primary without work, a
/// paused replay nor a link that is cut deceives it.
/// </summary>
internal sealed partial class StandbyMonitor(
    ConversationDataSource data, StaleReads reads, IOptions<StaleReadOptions> options, TimeProvider time, ILogger<StandbyMonitor> logger) : BackgroundService
{
    private const string Ask = """
        SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END,
            CASE WHEN NOT pg_is_in_recovery() THEN left(pg_walfile_name(pg_current_wal_lsn()), 8) END
        """;

    private readonly List<(NpgsqlLogSequenceNumber Place, long Moment)> _passed = [];
    private string? _timeline;

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // With one node there is nothing to choose from.
        if (options.Value.MaxLag == TimeSpan.Zero || data.Nodes.Count < 2)
            return;
        using var timer = new PeriodicTimer(options.Value.CheckInterval, time);
        do
        {
            var before = reads.IsStandbyClose;
            await LookAsync(stoppingToken);
            if (before != reads.IsStandbyClose)
                LogChange(before ? "the primary" : "a replica", options.Value.MaxLag);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        var moment = time.GetTimestamp();
        var answers = await Task.WhenAll(data.Nodes.Select(node => AskAsync(node, cancellationToken)));
        foreach (var primary in answers.Where(a => a.Timeline is not null))
            Remember(primary, moment);
        var replayed = answers.Where(a => a is { Timeline: null, Place: not null }).Select(a => a.Place!.Value).ToList();
        // One that hangs would be read from as well, so nobody is.
        reads.Follow(replayed.Count == 0 || answers.Any(a => a.Hangs) ? 0 : replayed.Min(MomentOf));
    }

    private void Remember(Answer primary, long moment)
    {
        if (_timeline != primary.Timeline)
            _passed.Clear();
        _timeline = primary.Timeline;
        _passed.RemoveAll(p => time.GetElapsedTime(p.Moment) > options.Value.MaxLag);
        _passed.Add((primary.Place!.Value, moment));
    }

    /// <summary>The last moment whose place the replica has reached; 0 when that is too long ago.</summary>
    private long MomentOf(NpgsqlLogSequenceNumber replayed) => _passed.FindLast(p => p.Place <= replayed).Moment;

    private static async Task<Answer> AskAsync(NpgsqlDataSource node, CancellationToken cancellationToken)
    {
        try
        {
            await using var command = node.CreateCommand(Ask);
            await using var row = await command.ExecuteReaderAsync(cancellationToken);
            await row.ReadAsync(cancellationToken);
            return new(row.IsDBNull(0) ? null : row.GetFieldValue<NpgsqlLogSequenceNumber>(0), row.IsDBNull(1) ? null : row.GetString(1), false);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException)
        {
            // Who refuses is passed over by whoever connects.
            return new(null, null, Hangs: e is TimeoutException || e.InnerException is TimeoutException);
        }
    }

    /// <param name="Place">Written or replayed up to there; null when it does not answer.</param>
    /// <param name="Timeline">The primary's.</param>
    /// <param name="Hangs">It takes what is sent to it and says nothing.</param>
    private sealed record Answer(NpgsqlLogSequenceNumber? Place, string? Timeline, bool Hangs);

    [LoggerMessage(LogLevel.Information, "Reads that may be up to {MaxLag} old go to {Node}")]
    private partial void LogChange(string node, TimeSpan maxLag);
}
