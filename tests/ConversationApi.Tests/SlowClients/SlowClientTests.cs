using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using ConversationApi.SlowClients;
using PostgresForTests;

namespace ConversationApi.Tests.SlowClients;

public sealed class SlowClientTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    // Much more than the sockets of two ends take up.
    private const int MessageLength = 2_000_000;
    private const int Messages = 4;
    private const int FileLength = 12_000_000;
    private const int TooMany = 60;
    private const string Export = "/api/v1/leads/lead@people.example/export";

    [Fact]
    public async Task Clients_that_do_not_read_keep_no_more_than_their_share_and_hold_up_nobody_else()
    {
        await using var api = await ApiServer.StartAsync(postgres.Server, ("SlowClients:MaxMegabytes", "100"));
        var path = await FillAsync(api);
        var slow = await KeyAsync(api);
        using var client = api.CreateClient(slow);
        using var other = api.CreateClient(await KeyAsync(api));
        var stalled = await StallAsync(api, slow, path);
        try
        {
            Assert.InRange(stalled.Count, 2, TooMany - 1);
            using var refused = await client.GetAsync(path);
            Assert.Equal((HttpStatusCode.ServiceUnavailable, "application/problem+json"), (refused.StatusCode, refused.Content.Headers.ContentType!.MediaType));
            var problem = await refused.Content.ReadFromJsonAsync<JsonElement>();
            Assert.Equal("urn:conversation-platform:problem:too-many-large-answers", problem.GetProperty("type").GetString());
            Assert.Contains("one key", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
            Assert.NotNull(refused.Headers.RetryAfter);

            // What is small has room always, and so has what is large for another key.
            await client.GetJsonAsync("/api/v1/conversations");
            for (var i = 0; i < 2 * stalled.Count; i++)
                await other.GetJsonAsync(path);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, await StatusAsync(client, path));
        }
        finally
        {
            stalled.ForEach(connection => connection.Dispose());
        }

        await UntilAsync(async () => await StatusAsync(client, path) == HttpStatusCode.OK);
    }

    [Fact]
    public async Task All_keys_together_keep_no_more_than_the_replica_may_and_exports_and_files_count_too()
    {
        await using var api = await ApiServer.StartAsync(postgres.Server, ("SlowClients:MaxMegabytes", "32"));
        var path = await FillAsync(api);
        await using (var aside = api.Database.CreateCommand($"""
            INSERT INTO inbound_set_aside (id, source, fingerprint, problem_type, reason, body, body_length, addresses)
            VALUES (gen_random_uuid(), 'gmail', sha256('x'), 'p', 'r', decode(repeat('78', {FileLength}), 'hex'), {FileLength}, ARRAY['lead@people.example'])
            """))
            await aside.ExecuteNonQueryAsync();
        var file = $"/api/v1/inbound/set-aside/{await api.ScalarAsync<Guid>("SELECT id FROM inbound_set_aside")}/body";
        Assert.Equal(FileLength, (await api.Client.GetByteArrayAsync(file)).Length);

        var stalled = new List<TcpClient>();
        try
        {
            for (var keys = 0; await StatusAsync(api.Client, path) == HttpStatusCode.OK; keys++)
            {
                Assert.True(keys < TooMany);
                stalled.AddRange(await StallAsync(api, await KeyAsync(api), path));
            }

            var problem = await api.Client.GetJsonAsync(path, HttpStatusCode.ServiceUnavailable);
            Assert.Contains("this replica", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
            foreach (var large in new[] { Export, file })
                Assert.Contains("this replica", (await api.Client.GetJsonAsync(large, HttpStatusCode.ServiceUnavailable)).GetProperty("detail").GetString(), StringComparison.Ordinal);
            await api.Client.GetJsonAsync("/api/v1/conversations");
        }
        finally
        {
            stalled.ForEach(connection => connection.Dispose());
        }

        await UntilAsync(async () => await StatusAsync(api.Client, Export) == HttpStatusCode.OK && await StatusAsync(api.Client, file) == HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_client_that_reads_too_slowly_is_disconnected_and_its_room_is_free_again()
    {
        await using var api = await ApiServer.StartAsync(postgres.Server, ("SlowClients:MaxMegabytes", "32"), ("SlowClients:MinBytesPerSecond", "100000000"));
        var path = await FillAsync(api);
        var stalled = await StallAsync(api, ApiServer.BootstrapKey, path);
        try
        {
            await UntilAsync(async () => await StatusAsync(api.Client, path) == HttpStatusCode.OK);
        }
        finally
        {
            stalled.ForEach(connection => connection.Dispose());
        }
    }

    [Fact]
    public void By_default_128_megabytes_are_kept_and_4096_bytes_a_second_are_fast_enough()
    {
        var options = new SlowClientOptions();
        Assert.Equal((128, 4096), (options.MaxMegabytes, options.MinBytesPerSecond));
    }

    /// <summary>A conversation whose first page is as large as pages become.</summary>
    private static async Task<string> FillAsync(ApiServer api)
    {
        var id = (await api.Client.PostLinesAsync([MailJson.Of("0@x")]))[0].Conversation();
        await using var command = api.Database.CreateCommand($"""
            INSERT INTO conversation_messages (id, conversation_id, direction, subject, content, sent_at, message_id, content_hash)
            SELECT gen_random_uuid(), '{id}', 'inbound', '', repeat('x', {MessageLength}), now() + n * interval '1 s', n::text, sha256('') FROM generate_series(1, {Messages}) n
            """);
        await command.ExecuteNonQueryAsync();
        return $"/api/v1/conversations/{id}/messages";
    }

    private static async Task<string> KeyAsync(ApiServer api)
    {
        using var made = await api.Client.PostAsJsonAsync("/api/v1/keys", new { name = "one", scope = "admin" });
        return (await made.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("key").GetString()!;
    }

    /// <summary>Asks until it is refused, and reads no more than the status of each answer.</summary>
    private static async Task<List<TcpClient>> StallAsync(ApiServer api, string key, string path)
    {
        var connections = new List<TcpClient>();
        while (connections.Count < TooMany)
        {
            var connection = new TcpClient { ReceiveBufferSize = 4096 };
            await connection.ConnectAsync("127.0.0.1", api.Client.BaseAddress!.Port);
            await connection.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {key}\r\n\r\n"));
            var status = new byte["HTTP/1.1 200".Length];
            await connection.GetStream().ReadExactlyAsync(status);
            if (!status.AsSpan().EndsWith("200"u8))
            {
                connection.Dispose();
                break;
            }

            connections.Add(connection);
        }

        return connections;
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, string path)
    {
        using var response = await client.GetAsync(path);
        return response.StatusCode;
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        for (var tries = 0; !await condition(); tries++)
        {
            Assert.True(tries < 600, "It does not happen.");
            await Task.Delay(50);
        }
    }
}
