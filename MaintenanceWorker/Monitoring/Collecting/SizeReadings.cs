using MaintenanceWorker.Monitoring.Sql;
using Npgsql;

namespace MaintenanceWorker.Monitoring.Collecting;

/// <summary>
/// What is dear to measure of one server, measured once for everybody in this worker: the collector measures at its pace, whoever else
/// asks gets what it found, and measures himself, at the same pace, only where there is no collector at work.
/// </summary>
internal sealed class SizeReadings(MonitoringOptions options, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private readonly Dictionary<string, Measured> _last = [];

    /// <summary>Measures now.</summary>
    public async Task<List<StatisticsRow>> MeasureAsync(StatisticsQuery query, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            return await ReadAsync(query, connection, cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>The last measurement, where it is not older than two of the collector's rounds; else a new one.</summary>
    /// <exception cref="PostgresException">It cannot be measured, or could not be a moment ago.</exception>
    public async Task<List<StatisticsRow>> LastAsync(StatisticsQuery query, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (_last.GetValueOrDefault(query.Name) is not { } last || time.GetUtcNow() >= last.ValidUntil)
                return await ReadAsync(query, connection, cancellationToken);
            return last.Rows ?? throw last.Fault!;
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private async Task<List<StatisticsRow>> ReadAsync(StatisticsQuery query, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        List<StatisticsRow>? rows = null;
        PostgresException? fault = null;
        try
        {
            return rows = await StatisticsRow.ReadAsync(connection, query, cancellationToken);
        }
        catch (PostgresException refused)
        {
            // What takes too long is not tried more often for it.
            fault = refused;
            throw;
        }
        finally
        {
            if (rows is not null || fault is not null)
                _last[query.Name] = new(rows, fault, time.GetUtcNow() + (2 * Pace.PeriodOf(options, time.GetElapsedTime(began))));
        }
    }

    private sealed record Measured(List<StatisticsRow>? Rows, PostgresException? Fault, DateTimeOffset ValidUntil);
}
