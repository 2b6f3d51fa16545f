using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using ConversationApi.Tests.Delivery;
using MailForTests;
using Npgsql;
using PostgresForTests;

namespace ConversationApi.Tests.Database;

/// <summary>Writes that wait for a standby that is gone.</summary>
public sealed class WaitingCommitTests
{
    private const string Secret = "secret-of-a-test-webhook";
    private static readonly (string, string?)[] _quiet = [("Delivery:Provider", "none"), ("Suggestions:Enabled", "false"), ("Postmark:InboundSecret", Secret)];

    [Fact]
    public async Task A_client_that_goes_away_ends_no_wait_and_the_same_request_finds_out_what_became_of_it()
    {
        await using var server = await PostgresServer.StartAsync();
        await using var api = await ApiServer.StartAsync(server, _quiet);
        var id = await api.AskedAsync();
        await IdleAsync(api);
        await LoseStandbyAsync(server);
        using (var gone = new CancellationTokenSource())
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/conversations/{id}/reply") { Content = JsonContent.Create(new { content = "once" }), Headers = { { "Idempotency-Key", "once" } } };
            var reply = api.Client.SendAsync(request, gone.Token);
            var pid = await WaitingAsync(api);
            await gone.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reply);
            // Were it cancelled, it would be so within milliseconds, and everybody could read the reply.
            await Task.Delay(500);
            Assert.Contains(pid, await AllWaitingAsync(api));
            Assert.Equal(0, await api.ScalarAsync<long>("SELECT count(*) FROM conversation_messages WHERE direction = 'outbound'"));
        }

        await DegradeAsync(server);
        await api.Client.ReplyAsync(id, "once", key: "once");
        Assert.Equal(1, await api.ScalarAsync<long>("SELECT count(*) FROM conversation_messages WHERE direction = 'outbound'"));
    }

    [Fact]
    public async Task A_write_that_the_server_does_not_confirm_in_time_is_in_doubt_and_waits_on()
    {
        await using var server = await PostgresServer.StartAsync();
        var database = new NpgsqlConnectionStringBuilder(await MigratedDatabase.CreateAsync(server)) { CommandTimeout = 1 }.ConnectionString;
        await using var api = ApiServer.Start(database, _quiet);
        var id = await api.AskedAsync();
        await IdleAsync(api);
        await LoseStandbyAsync(server);
        var problem = await api.Client.PostAsync($"/api/v1/conversations/{id}/reply", new { content = "once" }, HttpStatusCode.ServiceUnavailable, "once");
        Assert.Equal("commit-in-doubt", problem.Type());
        Assert.NotEmpty(await AllWaitingAsync(api));
        Assert.Equal(0, await api.ScalarAsync<long>("SELECT count(*) FROM conversation_messages WHERE direction = 'outbound'"));
        await DegradeAsync(server);
    }

    [Fact]
    public async Task Nothing_is_acknowledged_whose_wait_for_the_standby_an_operator_ended()
    {
        await using var server = await PostgresServer.StartAsync();
        await using var api = await ApiServer.StartAsync(server, [.. _quiet, ("Ingestion:MaxMessageBytes", "20000")]);
        using var created = await api.Client.PostAsJsonAsync("/api/v1/keys", new { name = "reader", scope = "read" });
        var key = (await created.Content.ReadFromJsonAsync<JsonElement>()).Id();
        using var postmark = api.CreateClient(null);
        postmark.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Secret);
        await IdleAsync(api);
        await LoseStandbyAsync(server);
        Func<Task<HttpResponseMessage>>[] writes =
        [
            () => postmark.PostAsync("/api/v1/inbound/postmark", new StringContent("{no mail", Encoding.UTF8, "application/json")),
            () => api.Client.PostAsJsonAsync("/api/v1/keys", new { name = "writer", scope = "write" }),
            () => api.Client.DeleteAsync($"/api/v1/keys/{key}"),
        ];
        foreach (var write in writes)
        {
            var answer = write();
            while (!answer.IsCompleted)
                await api.ScalarAsync<object>("SELECT count(pg_cancel_backend(pid)) FROM pg_stat_activity WHERE wait_event = 'SyncRep'");
            using var response = await answer;
            Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
            Assert.Equal("commit-in-doubt", (await response.Content.ReadFromJsonAsync<JsonElement>()).Type());
        }

        await DegradeAsync(server);
    }

    private static async Task IdleAsync(ApiServer api) =>
        await Desk.UntilAsync(async () => await api.ScalarAsync<long>("SELECT count(*) FROM message_work WHERE kind <> 'suggest'") == 0, "nothing is left to index");

    private static Task LoseStandbyAsync(PostgresServer server) => SetAsync(server, "nobody");

    private static Task DegradeAsync(PostgresServer server) => SetAsync(server, "");

    private static async Task SetAsync(PostgresServer server, string standbys)
    {
        await using var source = NpgsqlDataSource.Create(server.ConnectionString);
        foreach (var sql in new[] { $"ALTER SYSTEM SET synchronous_standby_names = '{standbys}'", "SELECT pg_reload_conf()" })
            await using (var command = source.CreateCommand(sql))
                await command.ExecuteNonQueryAsync();
        await using var show = source.CreateCommand("SHOW synchronous_standby_names");
        await Desk.UntilAsync(async () => (string?)await show.ExecuteScalarAsync() == standbys, "the server has heard of it");
    }

    private static async Task<int> WaitingAsync(ApiServer api)
    {
        var waiting = Array.Empty<int>();
        await Desk.UntilAsync(async () => (waiting = await AllWaitingAsync(api)).Length > 0, "a commit waits");
        return waiting[0];
    }

    private static Task<int[]> AllWaitingAsync(ApiServer api) =>
        api.ScalarAsync<int[]>("SELECT coalesce(array_agg(pid), '{}') FROM pg_stat_activity WHERE wait_event = 'SyncRep'");
}
