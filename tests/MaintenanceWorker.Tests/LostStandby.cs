using Npgsql;
using PostgresForTests;

namespace MaintenanceWorker.Tests;

/// <summary>A server whose commits wait for a standby that is gone, until it is let do without. What is prepared meanwhile has to be committed locally.</summary>
internal sealed class LostStandby : IAsyncDisposable
{
    private const string Probe = "probe of a test";
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(90);
    private readonly NpgsqlDataSource _operating;

    private LostStandby(NpgsqlDataSource operating) => _operating = operating;

    public static async Task<LostStandby> OfAsync(PostgresServer server)
    {
        var lost = new LostStandby(NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(server.ConnectionString) { Options = "-c synchronous_commit=local" }.ConnectionString));
        await lost.SetAsync("nobody");
        // The setting is read before it counts: it does when a commit waits.
        await using var probing = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(server.ConnectionString) { ApplicationName = Probe }.ConnectionString);
        await using var probe = probing.CreateCommand("SELECT txid_current()");
        await using var find = lost._operating.CreateCommand($"SELECT count(pg_cancel_backend(pid)) > 0 FROM pg_stat_activity WHERE wait_event = 'SyncRep' AND application_name = '{Probe}'");
        for (var waited = false; !waited;)
        {
            for (var commit = probe.ExecuteScalarAsync(); !commit.IsCompleted; await Task.WhenAny(commit, Task.Delay(10)))
                waited |= await find.ExecuteScalarAsync() is true;
        }

        return lost;
    }

    public Task DoWithoutAsync() => SetAsync("");

    /// <summary>Waits until a commit has waited for longer than some seconds, which is more than whoever sent it is patient for.</summary>
    public Task WaitForWaitingAsync(int seconds) => UntilAsync($"SELECT EXISTS (SELECT 1 FROM pg_stat_activity WHERE wait_event = 'SyncRep' AND query_start < clock_timestamp() - interval '{seconds} s')");

    /// <summary>Ends every wait as an operator might, until a task is over.</summary>
    public async Task EndWaitsUntilAsync(Task task)
    {
        using var limit = new CancellationTokenSource(_patience);
        await using var cancel = _operating.CreateCommand("SELECT count(pg_cancel_backend(pid)) FROM pg_stat_activity WHERE wait_event = 'SyncRep'");
        while (!task.IsCompleted)
        {
            await cancel.ExecuteScalarAsync(limit.Token);
            await Task.WhenAny(task, Task.Delay(20, limit.Token));
        }
    }

    public ValueTask DisposeAsync() => _operating.DisposeAsync();

    private async Task SetAsync(string standbys)
    {
        foreach (var sql in new[] { $"ALTER SYSTEM SET synchronous_standby_names = '{standbys}'", "SELECT pg_reload_conf()" })
            await using (var command = _operating.CreateCommand(sql))
                await command.ExecuteNonQueryAsync();
        await UntilAsync($"SELECT current_setting('synchronous_standby_names') = '{standbys}'");
    }

    private async Task UntilAsync(string sql)
    {
        using var limit = new CancellationTokenSource(_patience);
        await using var command = _operating.CreateCommand(sql);
        while (await command.ExecuteScalarAsync(limit.Token) is not true)
            await Task.Delay(20, limit.Token);
    }
}
