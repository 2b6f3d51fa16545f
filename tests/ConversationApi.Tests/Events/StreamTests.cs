using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using ConversationData.Queries;
using MailForTests;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PostgresForTests;

namespace ConversationApi.Tests.Events;

public sealed class StreamTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task Mail_that_comes_in_is_told_with_what_is_known_of_it_and_a_filter_lets_through_one_conversation()
    {
        await using var api = await ApiServer.StartAsync(postgres.Server);
        var first = (await api.Client.PostLinesAsync([MailJson.Of("a@x")]))[0];
        await using var all = await EventClient.OpenAsync(api);
        await using var one = await EventClient.OpenAsync(api, $"?conversationId={first.Conversation()}");
        var others = await api.Client.PostLinesAsync([MailJson.Of("b@x", from: "other@people.example"), MailJson.Of("c@x", "<a@x>")]);

        Assert.Equal([others[0].Conversation(), first.Conversation()], (await all.TakeAsync(2)).Select(e => e.Conversation));
        var heard = (await one.NextAsync())!;
        Assert.Equal("new_reply", heard.Name);
        Assert.Equal(others[1].GetProperty("id").GetGuid(), heard.Data.GetProperty("messageId").GetGuid());
        Assert.Equal("needs_reply", heard.Data.GetProperty("status").GetString());
        Assert.Equal(JsonValueKind.Null, heard.Data.GetProperty("suggestionId").ValueKind);
        Assert.InRange(heard.Data.GetProperty("createdAt").GetDateTimeOffset(), DateTimeOffset.UtcNow.AddMinutes(-1), DateTimeOffset.UtcNow.AddMinutes(1));
    }

    [Fact]
    public async Task Whoever_listens_to_a_conversation_hears_of_our_mail_from_elsewhere_and_of_a_merge()
    {
        await using var api = await ApiServer.StartAsync(postgres.Server, ("Ingestion:OwnAddresses:0", "desk@platform.example"));
        var older = (await api.Client.PostLinesAsync([MailJson.Of("a@x")]))[0].Conversation();
        await Task.Delay(5);
        var younger = (await api.Client.PostLinesAsync([MailJson.Of("b@x")]))[0].Conversation();
        await using var stays = await EventClient.OpenAsync(api, $"?conversationId={older}");
        await using var goes = await EventClient.OpenAsync(api, $"?conversationId={younger}");

        var ours = (await api.Client.PostLinesAsync([MailJson.Of("c@x", "<b@x>", from: "desk@platform.example")]))[0];
        var waiting = (await goes.NextAsync())!;
        Assert.Equal(("status", "waiting", ours.GetProperty("id").GetGuid()), (waiting.Name, waiting.Data.GetProperty("status").GetString(), waiting.Data.GetProperty("messageId").GetGuid()));
        await api.Client.PostLinesAsync([MailJson.Of("d@x", references: "<a@x> <b@x>")]);
        var gone = (await goes.NextAsync())!;
        Assert.Equal(("status", "needs_reply", $"merged into {older}"), (gone.Name, gone.Data.GetProperty("status").GetString(), gone.Reason));
        var merged = await stays.TakeAsync(2);
        Assert.Equal([("status", "merged"), ("new_reply", null)], merged.Select(e => (e.Name, e.Reason)));
    }

    [Fact]
    public async Task A_client_that_does_not_read_is_dropped_and_the_others_hear_everything()
    {
        const int Count = 3000;
        await using var api = await ApiServer.StartAsync(postgres.Server, ("Events:ClientBuffer", "600"), ("Events:PollInterval", "00:00:00.010"), ("Events:MaxClients", "2"));
        using var lazy = new TcpClient { ReceiveBufferSize = 4096 };
        await lazy.ConnectAsync("127.0.0.1", api.Client.BaseAddress!.Port);
        await lazy.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {ApiServer.BootstrapKey}\r\n\r\n"));
        await lazy.GetStream().ReadExactlyAsync(new byte[200]);
        await using var busy = await EventClient.OpenAsync(api);
        var hearing = busy.TakeAsync(Count);
        var text = new string('x', 8000);
        for (var i = 0; i < Count; i++)
            await api.WriteAsync($"{i} {text}");
        Assert.Equal(Enumerable.Range(0, Count), (await hearing).Select(e => int.Parse(e.Reason!.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture)));

        // Its place is free again, and its connection is at an end.
        for (var tries = 0; ; tries++)
        {
            using var response = await api.Client.GetAsync("/api/v1/events", HttpCompletionOption.ResponseHeadersRead);
            if (response.IsSuccessStatusCode)
                break;
            Assert.True(tries < 100, "The slow client is still there.");
            await Task.Delay(50);
        }

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var rest = new byte[64 * 1024];
        try
        {
            while (await lazy.GetStream().ReadAsync(rest, patience.Token) > 0)
                continue;
        }
        catch (IOException)
        {
            // Reset rather than ended.
        }
    }

    [Fact]
    public async Task More_clients_than_allowed_are_refused_until_one_leaves()
    {
        await using var api = await ApiServer.StartAsync(postgres.Server, ("Events:MaxClients", "2"));
        await using var one = await EventClient.OpenAsync(api);
        await using (await EventClient.OpenAsync(api))
        {
            var problem = await api.Client.GetJsonAsync("/api/v1/events", HttpStatusCode.ServiceUnavailable);
            Assert.Equal("urn:conversation-platform:problem:too-many-listeners", problem.GetProperty("type").GetString());
        }

        for (var tries = 0; ; tries++)
        {
            using var response = await api.Client.GetAsync("/api/v1/events", HttpCompletionOption.ResponseHeadersRead);
            if (response.IsSuccessStatusCode)
                return;
            Assert.True(tries < 100, "The place of a client that left is not given to another.");
            await Task.Delay(50);
        }
    }

    [Fact]
    public async Task Silence_is_filled_with_comments_and_a_key_that_is_revoked_ends_the_stream()
    {
        await using var api = await ApiServer.StartAsync(postgres.Server, ("Events:KeepAlive", "00:00:00.200"), ("ApiKeys:Cache", "00:00:00"));
        using var made = await api.Client.PostAsJsonAsync("/api/v1/keys", new { name = "listener", scope = "read" });
        var key = await made.Content.ReadFromJsonAsync<JsonElement>();
        await using var client = await EventClient.OpenAsync(api, key: key.GetProperty("key").GetString());
        await client.ExpectSilenceAsync(TimeSpan.FromSeconds(1));
        Assert.InRange(client.KeepAlives, 2, 6);
        (await api.Client.DeleteAsync($"/api/v1/keys/{key.GetProperty("id").GetString()}")).Dispose();
        Assert.Null(await client.NextAsync());
    }

    [Fact]
    public async Task Without_a_database_the_stream_stays_open_and_goes_on_when_it_is_back()
    {
        await using var server = await PostgresServer.StartAsync(new() { Settings = new Dictionary<string, string> { ["fsync"] = "on", ["synchronous_commit"] = "on" } });
        await using var api = await ApiServer.StartAsync(server);
        await using var client = await EventClient.OpenAsync(api);
        await api.WriteAsync("before");
        Assert.Equal("before", (await client.NextAsync())!.Reason);
        await server.KillAsync();
        await client.ExpectSilenceAsync(TimeSpan.FromMilliseconds(600));
        using (var refused = await api.Client.GetAsync("/api/v1/events", HttpCompletionOption.ResponseHeadersRead))
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        await server.RestartAsync();
        for (var tries = 0; ; tries++)
        {
            try
            {
                await api.WriteAsync("after");
                break;
            }
            catch (Npgsql.NpgsqlException) when (tries < 100)
            {
                await Task.Delay(100);
            }
        }

        Assert.Equal("after", (await client.NextAsync())!.Reason);
    }

    [Fact]
    public async Task When_the_service_stops_streams_end_and_hold_nothing_up()
    {
        var api = await ApiServer.StartAsync(postgres.Server);
        await using var client = await EventClient.OpenAsync(api);
        var watch = Stopwatch.StartNew();
        var stopping = api.DisposeAsync();
        Assert.Null(await client.NextAsync());
        await stopping;
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 5);
    }

    [Fact]
    public async Task Nobody_is_asked_for_events_while_nobody_listens()
    {
        using var log = new LogLines();
        await using var api = ApiServer.Start(await MigratedDatabase.CreateAsync(postgres.Server), services => services.AddSingleton<ILoggerProvider>(log),
            ("Logging:LogLevel:Npgsql", "Debug"), ("Events:PollInterval", "00:00:00.010"));
        int Polls() => log.Lines.Count(line => line.Contains(EventStreamSql.After, StringComparison.Ordinal));
        await Task.Delay(300);
        Assert.Equal(0, Polls());
        await using (await EventClient.OpenAsync(api))
        await using (await EventClient.OpenAsync(api))
            await Task.Delay(300);
        Assert.InRange(Polls(), 2, 150);
        // That both left is noticed soon.
        for (var tries = 0; ; tries++)
        {
            var before = Polls();
            await Task.Delay(300);
            if (Polls() == before)
                return;
            Assert.True(tries < 30, "It goes on asking.");
        }
    }
}
