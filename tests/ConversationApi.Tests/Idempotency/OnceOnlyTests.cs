using System.Net;
using ConversationApi.Idempotency;
using ConversationApi.Tests.Delivery;
using ConversationData.Connections;
using ConversationData.Roles;
using MailForTests;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using PostgresForTests;

namespace ConversationApi.Tests.Idempotency;

public sealed class OnceOnlyTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task The_same_request_gets_the_same_answer_and_another_one_is_refused()
    {
        await using var api = await ApiServer.StartAsync(postgres.Server, Desk.Quick());
        var id = await api.AskedAsync();
        var path = $"/api/v1/conversations/{id}/archive";
        var first = await api.Client.PostAsync(path, key: "k");
        using (var again = await api.Client.SendAsync(HttpMethod.Post, path, key: "k"))
        {
            Assert.Equal(HttpStatusCode.OK, again.StatusCode);
            Assert.Equal(first.GetRawText(), await again.Content.ReadAsStringAsync());
            Assert.Equal("true", again.Headers.GetValues("Idempotency-Replayed").Single());
            Assert.Equal($"\"{first.GetProperty("version").GetInt64()}\"", again.Headers.ETag!.ToString());
        }

        Assert.Equal("conflict", (await api.Client.PostAsync(path, expected: HttpStatusCode.Conflict, key: "another")).Type());
        Assert.Equal("idempotency-key-reused", (await api.Client.PostAsync($"/api/v1/conversations/{id}/reopen", expected: HttpStatusCode.UnprocessableEntity, key: "k")).Type());
        await api.Client.ReplyAsync(id, "One", key: "r");
        Assert.Equal("idempotency-key-reused", (await api.Client.PostAsync($"/api/v1/conversations/{id}/reply", new { content = "Other" }, HttpStatusCode.UnprocessableEntity, key: "r")).Type());
        // Blanks in JSON make no other request.
        using var same = await api.Client.SendAsync(HttpMethod.Post, $"/api/v1/conversations/{id}/reply", new StringContent("""{ "content" : "One" }""", null, "application/json"), key: "r");
        Assert.Equal(HttpStatusCode.Accepted, same.StatusCode);
        Assert.Equal(2, await api.ScalarAsync<int>("SELECT message_count FROM conversations"));
    }

    [Fact]
    public async Task A_request_that_followed_a_redirect_is_redirected_again_when_it_is_sent_again()
    {
        await using var api = await ApiServer.StartAsync(postgres.Server, Desk.Quick());
        var older = (await api.Client.PostLinesAsync([MailJson.Of("a@x")]))[0].Conversation();
        await Task.Delay(5);
        var younger = (await api.Client.PostLinesAsync([MailJson.Of("b@x")]))[0].Conversation();
        await api.Client.PostLinesAsync([MailJson.Of("c@x", "<b@x>", "<a@x>")]);
        for (var times = 0; times < 2; times++)
        {
            using var moved = await api.Client.SendAsync(HttpMethod.Post, $"/api/v1/conversations/{younger}/archive", key: "k");
            Assert.Equal(HttpStatusCode.PermanentRedirect, moved.StatusCode);
            Assert.Equal($"/api/v1/conversations/{older}/archive", moved.Headers.Location?.OriginalString);
            using var done = await api.Client.SendAsync(HttpMethod.Post, moved.Headers.Location!.OriginalString, key: "k");
            Assert.Equal(HttpStatusCode.OK, done.StatusCode);
            Assert.Equal(times > 0, done.Headers.Contains("Idempotency-Replayed"));
        }
    }

    [Theory]
    [InlineData("""{"\ud800":1}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"subject":"\ud800"}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"other":["\udfff"]}""", HttpStatusCode.BadRequest)]
    [InlineData("null", HttpStatusCode.BadRequest)]
    [InlineData("""{"subject":"\ud83d\ude00"}""", HttpStatusCode.OK)]
    public async Task Half_a_surrogate_pair_in_a_patch_is_a_problem_with_a_key_and_without(string patch, HttpStatusCode expected)
    {
        await using var api = await ApiServer.StartAsync(postgres.Server, Desk.Quick());
        var path = $"/api/v1/conversations/{await api.AskedAsync()}";
        foreach (var key in (string?[])[null, "k", "k"])
        {
            using var response = await api.Client.SendAsync(HttpMethod.Patch, path, new StringContent(patch, null, "application/merge-patch+json"), key, "*");
            Assert.Equal(expected, response.StatusCode);
        }
    }

    [Fact]
    public async Task What_was_refused_may_be_tried_again_with_the_same_key()
    {
        await using var api = await ApiServer.StartAsync(postgres.Server, Desk.Quick());
        var id = await api.AskedAsync();
        var path = $"/api/v1/conversations/{id}/reopen";
        await api.Client.PostAsync(path, expected: HttpStatusCode.Conflict, key: "k");
        await api.Client.PostAsync($"/api/v1/conversations/{id}/archive");
        Assert.Equal("active", (await api.Client.PostAsync(path, key: "k")).Status());
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("a\tb")]
    [InlineData("201")]
    public async Task A_key_that_cannot_be_kept_is_a_problem(string key)
    {
        await using var api = await ApiServer.StartAsync(postgres.Server);
        using var response = await api.Client.SendAsync(HttpMethod.Post, $"/api/v1/conversations/{await api.AskedAsync()}/archive", key: key == "201" ? new string('k', 201) : key);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("problem:invalid-request", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_of_one_client_are_not_those_of_another()
    {
        await using var api = await ApiServer.StartAsync(postgres.Server, Desk.Quick());
        var created = await api.Client.PostAsync("/api/v1/keys", new { name = "other", scope = "write" }, HttpStatusCode.Created);
        using var other = api.CreateClient(created.GetProperty("key").GetString());
        var id = await api.AskedAsync();
        var one = await api.Client.ReplyAsync(id, "Same", key: "k");
        Assert.NotEqual(one.Id(), (await other.ReplyAsync(id, "Same", key: "k")).Id());
    }

    [Fact]
    public async Task A_connection_that_dies_with_its_commit_is_found_out_about_with_a_key_and_told_of_without()
    {
        var database = await MigratedDatabase.CreateAsync(postgres.Server);
        await using var admin = NpgsqlDataSource.Create(database);
        await using var source = new ConversationDataSource(new NpgsqlConnectionStringBuilder(MigratedDatabase.As(database, DatabaseRoles.Application)) { HostRecheckSeconds = 0 });
        var once = new OnceOnly(source, TimeProvider.System, NullLogger<OnceOnly>.Instance);
        var times = 0;
        async Task<RecordedAnswer> WorkAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, CancellationToken token)
        {
            await using var work = new NpgsqlCommand("INSERT INTO message_work (message_id, kind, conversation_id) VALUES (gen_random_uuid(), 'index', gen_random_uuid())", connection, transaction);
            await work.ExecuteNonQueryAsync(token);
            if (++times % 2 == 1)
                await using (var die = admin.CreateCommand($"SELECT pg_terminate_backend({connection.ProcessID}, 5000)"))
                    await die.ExecuteNonQueryAsync(token);
            return new(200, """{"done":true}""", null, times);
        }

        var key = new RequestKey("somebody", "k", new byte[32]);
        var answer = await once.RunAsync(key, WorkAsync, default);
        Assert.Equal((200, (long?)2), (answer.Status, answer.Version));
        var again = await once.RunAsync(key, (_, _, _) => throw new InvalidOperationException("It was done already."), default);
        Assert.Equal((200, """{"done":true}""", (long?)2, true), (again.Status, again.Json, again.Version, again.Again));
        await Assert.ThrowsAsync<CommitInDoubtException>(() => once.RunAsync(key: null, WorkAsync, default));
        await using var count = admin.CreateCommand("SELECT count(*) FROM message_work");
        Assert.Equal(1L, await count.ExecuteScalarAsync());
    }

    [Fact]
    public async Task A_server_that_dies_at_any_moment_lets_a_request_with_a_key_be_done_once()
    {
        await using var server = await PostgresServer.StartAsync(new() { Settings = new Dictionary<string, string> { ["fsync"] = "on", ["synchronous_commit"] = "on", ["full_page_writes"] = "on" } });
        await using var api = await ApiServer.StartAsync(server, Desk.Quick(null, ("Delivery:Provider", "None")));
        var id = await api.AskedAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        var replied = 0;
        var replying = Task.WhenAll(Enumerable.Range(0, 4).Select(client => Task.Run(async () =>
        {
            for (var n = 0; n < 25; n++)
            {
                while (true)
                {
                    patience.Token.ThrowIfCancellationRequested();
                    using var response = await api.Client.SendAsync(HttpMethod.Post, $"/api/v1/conversations/{id}/reply", new { content = $"{client}-{n}" }, key: $"{client}-{n}");
                    if (response.StatusCode == HttpStatusCode.Accepted)
                        break;
                    Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
                    await Task.Delay(50);
                }

                Interlocked.Increment(ref replied);
            }
        })));
        for (var kills = 1; kills <= 3 && !replying.IsCompleted; kills++)
        {
            while (replied < kills * 20 && !replying.IsCompleted)
                await Task.Delay(5);
            await server.KillAsync();
            await server.RestartAsync();
        }

        await replying;
        Assert.Equal(100, await api.ScalarAsync<long>("SELECT count(DISTINCT content) FROM conversation_messages WHERE direction = 'outbound'"));
        Assert.Equal(101, await api.ScalarAsync<long>("SELECT count(*) FROM conversation_messages"));
        Assert.Equal(101, await api.ScalarAsync<int>("SELECT message_count FROM conversations"));
    }

    [Fact]
    public async Task Old_answers_are_forgotten()
    {
        await using var api = await ApiServer.StartAsync(postgres.Server, ("Idempotency:PruneEvery", "00:00:01"), ("Idempotency:KeepFor", "1.00:00:00"));
        await using (var old = api.Database.CreateCommand("""
            INSERT INTO idempotency_keys (owner, key, request_hash, created_at) SELECT 'x', n::text, decode(repeat('00', 32), 'hex'), now() - n * interval '1 minute' FROM generate_series(1, 3000) n
            """))
            await old.ExecuteNonQueryAsync();
        await Desk.UntilAsync(async () => await api.ScalarAsync<long>("SELECT count(*) FROM idempotency_keys") == 1439, "the old ones are gone");
    }
}
