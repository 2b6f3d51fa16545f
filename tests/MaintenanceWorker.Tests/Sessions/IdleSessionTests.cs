using ConversationData.Roles;
using Npgsql;
using PostgresForTests;

namespace MaintenanceWorker.Tests.Sessions;

public sealed class IdleSessionTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task Idle_sessions_are_listed_and_ended_and_the_others_are_left_alone()
    {
        await using var worker = await WorkerServer.StartAsync(postgres.Server);
        await LetInAsync(worker);
        await using var idle = await OpenAsync(worker, "idle client");
        await using var waiting = await OpenAsync(worker, "in a transaction");
        await using var transaction = await waiting.BeginTransactionAsync();
        await SelectAsync(waiting);
        await using var busy = await OpenAsync(worker, "busy client");
        using var enough = new CancellationTokenSource();
        var work = SelectAsync(busy, "SELECT pg_sleep(3600)", enough.Token);
        await using var watching = await OpenAsync(worker, "holds a lock for others to see");
        await SelectAsync(watching, "SELECT pg_advisory_lock(1)");
        await using var superuser = new NpgsqlConnection(worker.ConnectionString + ";Application Name=superuser;Pooling=false");
        await superuser.OpenAsync();

        var listed = (await worker.Client.GetJsonAsync("/ops/list-idle-sessions?idle-for=0s")).EnumerateArray().Select(session => session.GetProperty("application").GetString()).ToList();
        Assert.Equal(["idle client", "in a transaction", "superuser"], listed.Where(name => name is "idle client" or "in a transaction" or "superuser").Order());
        Assert.DoesNotContain("busy client", listed);
        Assert.DoesNotContain(listed, name => name!.StartsWith("MaintenanceWorker", StringComparison.Ordinal));
        Assert.Empty((await worker.Client.GetJsonAsync("/ops/list-idle-sessions?idle-for=1h")).EnumerateArray());

        var dry = await worker.Client.PostOperationAsync("end-idle-sessions", Arguments("0s"), dryRun: true);
        Assert.Equal(["idle client"], Names(dry));
        await SelectAsync(idle);

        var ended = await worker.Client.PostOperationAsync("end-idle-sessions", Arguments("0s"));
        Assert.Equal(["idle client"], Names(ended));
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => SelectAsync(idle));
        await SelectAsync(waiting);
        await SelectAsync(superuser);
        await SelectAsync(watching);
        Assert.False(work.IsCompleted);
        await enough.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => work);

        Assert.Contains("in a transaction", Names(await worker.Client.PostOperationAsync("end-idle-sessions", Arguments("0s", "true"))));
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => SelectAsync(waiting));
        var log = await worker.Client.GetJsonAsync($"/ops/runs/{ended.GetProperty("id").GetString()}/log");
        Assert.Contains("'idle client'", Assert.Single(log.EnumerateArray()).GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    private static Dictionary<string, string> Arguments(string idleFor, string inTransaction = "false") => new() { ["idle-for"] = idleFor, ["in-transaction"] = inTransaction };

    private static IEnumerable<string> Names(System.Text.Json.JsonElement run) => run.GetProperty("result").EnumerateArray().Select(session => session.GetProperty("application").GetString()!);

    // The worker of this test is the superuser in another role, so it needs no more; its clients log in as the application does.
    private static async Task LetInAsync(WorkerServer worker)
    {
        await using var command = worker.Database.CreateCommand($"ALTER ROLE {DatabaseRoles.Application} LOGIN PASSWORD 'only-for-this-test'; GRANT pg_monitor, pg_signal_backend TO {DatabaseRoles.Maintenance}");
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<NpgsqlConnection> OpenAsync(WorkerServer worker, string application)
    {
        var settings = new NpgsqlConnectionStringBuilder(worker.ConnectionString)
        {
            Username = DatabaseRoles.Application, Password = "only-for-this-test", ApplicationName = application, Pooling = false,
        };
        var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync();
        await SelectAsync(connection);
        return connection;
    }

    private static async Task SelectAsync(NpgsqlConnection connection, string sql = "SELECT 1", CancellationToken cancellationToken = default)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
