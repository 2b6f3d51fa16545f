using ConversationData.Roles;
using MailForTests;
using PostgresForTests;

namespace MaintenanceWorker.Tests.Nodes;

public sealed class ClusterStatusTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task The_primary_is_shown_and_a_node_that_does_not_answer_is_a_problem()
    {
        var database = await MigratedDatabase.CreateAsync(postgres.Server);
        await using var alone = WorkerServer.Start(database);
        var status = await alone.Client.GetJsonAsync("/ops/status");
        Assert.Empty(status.GetProperty("problems").EnumerateArray());
        var node = Assert.Single(status.GetProperty("nodes").EnumerateArray());
        Assert.Equal("primary", node.GetProperty("role").GetString());
        Assert.Equal(await alone.ScalarAsync<string>("SELECT current_setting('server_version')"), node.GetProperty("version").GetString());
        Assert.Equal(1, node.GetProperty("timeline").GetInt64());

        var dead = FreePorts.Find(1)[0];
        var both = MigratedDatabase.As(database, DatabaseRoles.Maintenance).Replace($"Host=127.0.0.1", $"Host=127.0.0.1:{postgres.Server.Port},127.0.0.1:{dead}", StringComparison.Ordinal);
        await using var worker = WorkerServer.Start(database, ("ConnectionStrings:conversations", both));
        using var response = await worker.Client.GetAsync("/ops/status");
        Assert.Equal("true", Assert.Single(response.Headers.GetValues("Needs-Attention")));
        status = System.Text.Json.JsonElement.Parse(await response.Content.ReadAsStringAsync());
        Assert.Equal(["primary", "down"], status.GetProperty("nodes").EnumerateArray().Select(one => one.GetProperty("role").GetString()));
        Assert.Contains($"127.0.0.1:{dead}", Assert.Single(status.GetProperty("problems").EnumerateArray()).GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_any_server_status_still_answers_and_other_questions_are_503()
    {
        await using var server = await PostgresServer.StartAsync();
        await using var worker = await WorkerServer.StartAsync(server);
        await server.StopAsync();
        var status = await worker.Client.GetJsonAsync("/ops/status");
        Assert.Contains(status.GetProperty("problems").EnumerateArray(), problem => problem.GetString() == "No node takes writes.");
        await worker.Client.GetJsonAsync("/ops/list-api-keys", System.Net.HttpStatusCode.ServiceUnavailable);
        await worker.Client.PostOperationAsync("vacuum-analyze", expected: System.Net.HttpStatusCode.ServiceUnavailable);
        // This one is for when the database is what is broken: it is done all the same, and recorded later.
        await worker.Client.PostOperationAsync("restart-node", new { node = "postgres-1" }, expected: System.Net.HttpStatusCode.Conflict, idempotencyKey: "k");
        await worker.Client.PostOperationAsync("restart-node", new { node = "postgres-1" }, expected: System.Net.HttpStatusCode.Conflict, idempotencyKey: "k");
        await worker.Client.PostOperationAsync("restart-node", new { node = "postgres-2" }, expected: System.Net.HttpStatusCode.UnprocessableEntity, idempotencyKey: "k");
        await server.RestartAsync();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (await CountAsync(worker, limit.Token) == 0)
            await Task.Delay(100, limit.Token);
        await worker.Client.PostOperationAsync("restart-node", new { node = "postgres-1" }, expected: System.Net.HttpStatusCode.Conflict, idempotencyKey: "k");
        Assert.Equal(1, await CountAsync(worker, limit.Token));
    }

    private static async Task<long> CountAsync(WorkerServer worker, CancellationToken cancellationToken)
    {
        try
        {
            return await worker.ScalarAsync<long>("SELECT count(*) FROM ops.runs WHERE operation = 'restart-node' AND state = 'failed' AND error LIKE '%knows no node%'");
        }
        catch (Npgsql.NpgsqlException) when (!cancellationToken.IsCancellationRequested)
        {
            return 0;
        }
    }
}
