using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using MailForTests;
using Npgsql;
using PostgresForTests;

namespace ConversationApi.Tests.Authentication;

public sealed class KeyTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task Every_endpoint_of_the_document_refuses_without_a_key_and_with_too_small_a_scope()
    {
        await using var api = await ApiServer.StartAsync(postgres.Server);
        using var nobody = api.CreateClient(null);
        using var unknown = api.CreateClient("cp_nobody-was-ever-given-this-key");
        using var read = api.CreateClient(await CreateKeyAsync(api, "read"));
        using var write = api.CreateClient(await CreateKeyAsync(api, "write"));
        var walked = 0;
        foreach (var (method, path) in await OperationsAsync(api))
        {
            foreach (var client in new[] { nobody, unknown })
                await ExpectProblemAsync(client, method, path, HttpStatusCode.Unauthorized, "unauthenticated");
            if (method != HttpMethod.Get)
                await ExpectProblemAsync(read, method, path, HttpStatusCode.Forbidden, "scope-too-small");
            if (path.Contains("/keys", StringComparison.Ordinal))
                await ExpectProblemAsync(write, method, path, HttpStatusCode.Forbidden, "scope-too-small");
            walked++;
        }

        Assert.True(walked >= 7, $"The document has only {walked} operations.");
    }

    [Fact]
    public async Task A_key_works_until_it_expires_or_is_revoked_and_is_stored_only_as_a_hash()
    {
        await using var api = await ApiServer.StartAsync(postgres.Server, ("ApiKeys:Cache", "00:00:00"));
        var created = await CreateAsync(api, new { name = "reader", scope = "read", expiresAt = DateTimeOffset.UtcNow.AddHours(1) });
        var key = created.GetProperty("key").GetString()!;
        using var client = api.CreateClient(key);
        await client.GetJsonAsync("/api/v1/conversations");

        var row = await api.ScalarAsync<string>("SELECT to_jsonb(k)::text FROM ops.api_keys k");
        Assert.DoesNotContain(key, row, StringComparison.Ordinal);

        await ExecuteAsync(api, "UPDATE ops.api_keys SET expires_at = now() - interval '1 second'");
        await client.GetJsonAsync("/api/v1/conversations", HttpStatusCode.Unauthorized);
        await ExecuteAsync(api, "UPDATE ops.api_keys SET expires_at = NULL");
        await client.GetJsonAsync("/api/v1/conversations");

        using var revoked = await api.Client.DeleteAsync($"/api/v1/keys/{created.GetProperty("id").GetString()}");
        Assert.Equal(HttpStatusCode.NoContent, revoked.StatusCode);
        await client.GetJsonAsync("/api/v1/conversations", HttpStatusCode.Unauthorized);
        var listed = Assert.Single((await api.Client.GetJsonAsync("/api/v1/keys")).EnumerateArray());
        Assert.NotEqual(JsonValueKind.Null, listed.GetProperty("revokedAt").ValueKind);
    }

    [Fact]
    public async Task A_revoked_key_is_refused_at_once_here_although_it_was_believed_before()
    {
        await using var api = await ApiServer.StartAsync(postgres.Server, ("ApiKeys:Cache", "00:05:00"));
        var created = await CreateAsync(api, new { name = "reader", scope = "read" });
        using var client = api.CreateClient(created.GetProperty("key").GetString());
        await client.GetJsonAsync("/api/v1/conversations");
        (await api.Client.DeleteAsync($"/api/v1/keys/{created.GetProperty("id").GetString()}")).Dispose();
        await client.GetJsonAsync("/api/v1/conversations", HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Whoever_sends_keys_that_nobody_was_given_takes_no_connection_from_those_who_have_one()
    {
        var database = new NpgsqlConnectionStringBuilder(await MigratedDatabase.CreateAsync(postgres.Server)) { MaxPoolSize = 8, Timeout = 2 }.ConnectionString;
        await using var api = ApiServer.Start(database, ("Delivery:Provider", "none"), ("Suggestions:Enabled", "false"));
        await using (var connection = await api.Database.OpenConnectionAsync())
        {
            // As a database answers that has much to do: nobody is told anything about keys.
            await using var transaction = await connection.BeginTransactionAsync();
            await using (var busy = new NpgsqlCommand("LOCK TABLE ops.api_keys IN ACCESS EXCLUSIVE MODE", connection, transaction))
                await busy.ExecuteNonQueryAsync();
            var flood = Enumerable.Range(0, 60).Select(async n =>
            {
                using var nobody = api.CreateClient($"cp_{n}-{Guid.NewGuid():N}");
                using var response = await nobody.GetAsync("/api/v1/conversations");
                return response.StatusCode;
            }).ToList();
            await Delivery.Desk.UntilAsync(async () => await api.ScalarAsync<long>("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'") >= 2, "keys are looked up");
            await api.Client.GetJsonAsync("/api/v1/conversations");
            Assert.Equal(2, await api.ScalarAsync<long>("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"));
            await transaction.RollbackAsync();
            Assert.All(await Task.WhenAll(flood), status => Assert.Contains(status, (HttpStatusCode[])[HttpStatusCode.Unauthorized, HttpStatusCode.ServiceUnavailable]));
        }

        using var reader = api.CreateClient(await CreateKeyAsync(api, "read"));
        await reader.GetJsonAsync("/api/v1/conversations");
    }

    [Fact]
    public async Task A_key_that_is_not_known_is_looked_up_once_and_works_at_once_here_when_it_is_made()
    {
        const string Calls = """
            SELECT coalesce(sum(s.calls), 0)::bigint FROM pg_stat_statements s JOIN pg_database d ON d.oid = s.dbid
            WHERE d.datname = current_database() AND s.query LIKE '%FROM ops.api_keys WHERE key_hash%'
            """;
        await using var api = await ApiServer.StartAsync(postgres.Server, ("ApiKeys:Cache", "00:05:00"));
        await ExecuteAsync(api, "CREATE EXTENSION IF NOT EXISTS pg_stat_statements");
        using var client = api.CreateClient("cp_a-key-that-somebody-has-before-it-is-made");
        var before = await api.ScalarAsync<long>(Calls);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => client.GetJsonAsync("/api/v1/conversations", HttpStatusCode.Unauthorized)));
        Assert.Equal(1, await api.ScalarAsync<long>(Calls) - before);
        await ExecuteAsync(api, $"INSERT INTO ops.api_keys (id, name, key_hash, scope) VALUES ('{Guid.CreateVersion7()}', 'restored', sha256('cp_a-key-that-somebody-has-before-it-is-made'), 'read')");
        await client.GetJsonAsync("/api/v1/conversations", HttpStatusCode.Unauthorized);
        // Whatever is made or revoked here, all is asked for anew.
        await CreateKeyAsync(api, "read");
        await client.GetJsonAsync("/api/v1/conversations");
    }

    [Theory]
    [InlineData("""{"scope":"read"}""", "name")]
    [InlineData("""{"name":"x"}""", "scope")]
    [InlineData("""{"name":"x","scope":"read","expiresAt":"2001-01-01T00:00:00Z"}""", "expiresAt")]
    public async Task A_key_that_is_asked_for_wrongly_is_refused_with_the_field(string body, string field)
    {
        await using var api = await ApiServer.StartAsync(postgres.Server);
        using var response = await api.Client.PostAsync("/api/v1/keys", new StringContent(body, Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("urn:conversation-platform:problem:invalid-request", problem.GetProperty("type").GetString());
        Assert.True(problem.GetProperty("errors").TryGetProperty(field, out _));
    }

    private static async Task<List<(HttpMethod Method, string Path)>> OperationsAsync(ApiServer api)
    {
        var document = await api.Client.GetJsonAsync("/openapi/v1.json");
        return
        [
            .. from path in document.GetProperty("paths").EnumerateObject()
               from operation in path.Value.EnumerateObject()
               select (HttpMethod.Parse(operation.Name), Regex.Replace(path.Name, @"\{\w+\}", _ => Guid.NewGuid().ToString())),
        ];
    }

    private static async Task ExpectProblemAsync(HttpClient client, HttpMethod method, string path, HttpStatusCode status, string type)
    {
        using var request = new HttpRequestMessage(method, path);
        if (method != HttpMethod.Get)
            request.Content = new StringContent("{}", Encoding.UTF8, "application/json");
        using var response = await client.SendAsync(request);
        Assert.True(status == response.StatusCode, $"{method} {path}: {response.StatusCode}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal($"urn:conversation-platform:problem:{type}", (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("type").GetString());
    }

    private static async Task<string> CreateKeyAsync(ApiServer api, string scope) =>
        (await CreateAsync(api, new { name = $"{scope} key", scope })).GetProperty("key").GetString()!;

    private static async Task<JsonElement> CreateAsync(ApiServer api, object key)
    {
        using var response = await api.Client.PostAsJsonAsync("/api/v1/keys", key);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    private static async Task ExecuteAsync(ApiServer api, string sql)
    {
        await using var command = api.Database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
