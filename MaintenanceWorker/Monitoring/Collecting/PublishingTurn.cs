using MaintenanceWorker.Monitoring.Servers;
using Npgsql;

namespace MaintenanceWorker.Monitoring.Collecting;

/// <summary>
/// Of several workers one collects and publishes: the one that holds an advisory lock on the primary, for as long as its session
/// lives. While no primary answers everybody does, since it is then that somebody has to.
/// </summary>
internal sealed partial class PublishingTurn(DatabaseServers servers, ILogger<PublishingTurn> logger) : IAsyncDisposable
{
    // "monitori" in ASCII: advisory locks of one database share one space of numbers.
    private const long Lock = 0x6D6F6E69746F7269;
    private readonly TaskCompletionSource _decided = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private NpgsqlConnection? _session;
    private bool _held;
    private bool? _ours;
    private bool _unknown;

    /// <summary>Whether this worker publishes.</summary>
    public bool IsOurs => _ours == true;

    /// <summary>Ends when it was asked for the first time.</summary>
    public Task Decided => _decided.Task;

    /// <summary>Asks, or makes sure that the answer still holds.</summary>
    public async Task AskAsync(CancellationToken cancellationToken)
    {
        bool? held = null;
        // A session that was fine a moment ago may have ended with its server.
        for (var tries = _session is null ? 1 : 2; tries > 0 && held is null; tries--)
            held = await TryAsync(cancellationToken);

        var (ours, unknown) = (held ?? true, held is null);
        if (ours != _ours || unknown != _unknown)
            Tell(ours, unknown);
        (_ours, _unknown) = (ours, unknown);
        _decided.TrySetResult();
    }

    public async ValueTask DisposeAsync()
    {
        if (_session is not null)
            await _session.DisposeAsync();
    }

    private async Task<bool?> TryAsync(CancellationToken cancellationToken)
    {
        try
        {
            _session ??= await servers.Primary.OpenConnectionAsync(cancellationToken);
            await using var command = new NpgsqlCommand(_held ? "SELECT true" : "SELECT pg_try_advisory_lock($1)", _session);
            if (!_held)
                command.Parameters.Add(new() { Value = Lock });
            return _held = (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
        }
        catch (Exception exception) when (ServerFault.Is(exception))
        {
            _held = false;
            if (_session is not null)
                await _session.DisposeAsync();
            _session = null;
            return null;
        }
    }

    private void Tell(bool ours, bool unknown)
    {
        if (unknown)
            LogUnknown();
        else if (ours)
            LogTaken();
        else
            LogGiven();
    }

    [LoggerMessage(MonitoringEvents.TurnTaken, LogLevel.Information, "This worker publishes the numbers of the database")]
    private partial void LogTaken();

    [LoggerMessage(MonitoringEvents.TurnGiven, LogLevel.Information, "Another worker publishes the numbers of the database")]
    private partial void LogGiven();

    [LoggerMessage(MonitoringEvents.TurnUnknown, LogLevel.Warning, "No primary answers, so nobody can say which worker publishes the numbers of the database: this one does, as every other")]
    private partial void LogUnknown();
}
