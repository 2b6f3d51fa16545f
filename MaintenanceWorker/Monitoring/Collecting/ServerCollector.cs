using MaintenanceWorker.Monitoring.Servers;
using MaintenanceWorker.Monitoring.Sql;
using Npgsql;

namespace MaintenanceWorker.Monitoring.Collecting;

/// <summary>Collects the numbers of one server. Called by one loop alone, so rounds never overlap.</summary>
internal sealed class ServerCollector(
    DatabaseServer server, Board board, UnusedIndexes indexes, MonitoringOptions options, double slowStatementMilliseconds, TimeProvider time, ILogger<ServerCollector> logger)
{
    private readonly string _source = server.ToString();
    private readonly SampleMaker _maker = new(server, options);
    private readonly Pace _pace = new(options);
    private readonly OwnNumbers _own = new(server);
    private readonly FaultLog _log = new(server.ToString(), logger);
    private IReadOnlyList<StatisticsQuery> _queries = [];
    private int _major;
    private bool _whole;

    /// <summary>Reads what is due, and says of the rest of the server how it is.</summary>
    public async Task CollectAsync(CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        string? role = null;
        _whole = false;
        try
        {
            role = await RoundAsync(retry: true, cancellationToken);
        }
        catch (Exception exception) when (ServerFault.Is(exception))
        {
            var fault = ServerFault.Of(exception);
            _own.Failed("session", fault);
            _log.Lost(fault);
        }

        board.Put(_source, "", _own.Tell(role, _whole, time.GetElapsedTime(began), time.GetUtcNow() + (3 * options.Interval)));
    }

    private async Task<string> RoundAsync(bool retry, CancellationToken cancellationToken)
    {
        await using var connection = await server.Connections.OpenConnectionAsync(cancellationToken);
        bool standby;
        try
        {
            await using var command = new NpgsqlCommand("SELECT pg_is_in_recovery()", connection);
            standby = (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
        }
        catch (Exception exception) when (retry && ServerFault.Of(exception).IsEndOfSession)
        {
            // The session had waited in the pool while its server went away; that says nothing of the server now.
            server.Connections.Clear();
            return await RoundAsync(retry: false, cancellationToken);
        }

        var role = standby ? "standby" : "primary";
        _log.Reached(role);
        if (_major != connection.PostgreSqlVersion.Major)
        {
            _major = connection.PostgreSqlVersion.Major;
            _queries = StatisticsQueries.For(_major, slowStatementMilliseconds);
        }

        foreach (var query in _queries.Where(query => !IsFor(query, standby) && query.Audience != Audience.Cluster))
            board.Remove(_source, query.Name);
        await ReadAsync(connection, standby, cancellationToken);
        return role;
    }

    private async Task ReadAsync(NpgsqlConnection connection, bool standby, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        foreach (var query in _pace.Due(_queries.Where(query => IsFor(query, standby)), time.GetUtcNow()))
        {
            await TryAsync(query.Name, connection, () => ReadAsync(query, connection, cancellationToken));
            if (time.GetElapsedTime(began) > 2 * options.StatementTimeout)
                return;
        }

        if (_pace.Due([UnusedIndexes.Query], time.GetUtcNow()).Count > 0)
            await TryAsync(UnusedIndexes.Query.Name, connection, () => ReadIndexUseAsync(connection, standby, cancellationToken));
        _whole = true;
    }

    // One group that fails costs only its own numbers, unless the session is gone with it.
    private async Task TryAsync(string group, NpgsqlConnection connection, Func<Task> read)
    {
        try
        {
            await read();
            _log.Worked(group);
        }
        catch (Exception exception) when (ServerFault.Is(exception) && connection.State == System.Data.ConnectionState.Open)
        {
            var fault = ServerFault.Of(exception);
            _own.Failed(group, fault);
            _log.Failed(group, fault);
        }
    }

    private async Task ReadAsync(StatisticsQuery query, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        _pace.Plan(query, time.GetUtcNow(), TimeSpan.Zero);
        var rows = query.IsShared ? await server.Sizes.MeasureAsync(query, connection, cancellationToken) : await StatisticsRow.ReadAsync(connection, query, cancellationToken);
        var now = time.GetUtcNow();
        var period = _pace.Plan(query, now, time.GetElapsedTime(began));
        board.Put(query.Audience == Audience.Cluster ? Board.Cluster : _source, query.Name, new(_maker.Make(query, rows, now), now + (3 * period)));
    }

    private async Task ReadIndexUseAsync(NpgsqlConnection connection, bool standby, CancellationToken cancellationToken)
    {
        var period = _pace.Plan(UnusedIndexes.Query, time.GetUtcNow(), TimeSpan.Zero);
        var use = await IndexUse.ReadAsync(connection, !standby, cancellationToken);
        if (indexes.Take(_source, use, time.GetUtcNow() + (3 * period)) is { } reading)
            board.Put(Board.Cluster, UnusedIndexes.Query.Name, reading);
    }

    private static bool IsFor(StatisticsQuery query, bool standby) =>
        query.Audience == Audience.Everybody || query.Audience == Audience.Standby == standby;
}
