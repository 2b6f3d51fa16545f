using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using PostgresForTests;

namespace ConversationApi.Tests.RateLimiting;

public sealed class RateLimitTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task Each_key_has_its_own_count_of_each_kind_and_what_is_too_much_is_refused_until_the_window_ends()
    {
        await using var api = await ApiServer.StartAsync(postgres.Server, ("RateLimits:Read", "5"), ("RateLimits:Send", "3"), ("RateLimits:Regenerate", "2"), ("RateLimits:Window", "00:00:03"));
        using var other = await CreateClientAsync(api);
        // Two keys of one name are two.
        using var namesake = await CreateClientAsync(api);
        var nobody = Guid.NewGuid();
        // A window may end meanwhile; what is let through in a second window is counted too.
        await CountAsync(other, 5, client => client.GetAsync("/api/v1/conversations"));
        await CountAsync(other, 3, client => client.PostAsJsonAsync($"/api/v1/suggestions/{nobody}/approve", new { }));
        await CountAsync(other, 2, client => client.PostAsJsonAsync($"/api/v1/conversations/{nobody}/suggestions", new { }));
        Assert.Equal(HttpStatusCode.OK, (await namesake.GetAsync("/api/v1/conversations")).StatusCode);

        using var refused = await UntilRefusedAsync(other);
        Assert.Equal("application/problem+json", refused.Content.Headers.ContentType!.MediaType);
        Assert.Equal("urn:conversation-platform:problem:rate-limited", (await refused.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("type").GetString());
        var wait = refused.Headers.RetryAfter!.Delta!.Value;
        Assert.InRange(wait.TotalSeconds, 1, 3);
        await Task.Delay(wait + TimeSpan.FromMilliseconds(300));
        Assert.Equal(HttpStatusCode.OK, (await other.GetAsync("/api/v1/conversations")).StatusCode);
    }

    [Fact]
    public async Task Replies_approvals_retries_and_new_conversations_count_together_and_mail_that_comes_in_does_not()
    {
        await using var api = await ApiServer.StartAsync(postgres.Server, ("RateLimits:Send", "4"), ("RateLimits:Window", "00:10:00"));
        HttpStatusCode[] codes =
        [
            await PostAsync($"/conversations/{Guid.NewGuid()}/reply", new { content = "x" }),
            await PostAsync($"/suggestions/{Guid.NewGuid()}/approve", new { }),
            await PostAsync("/conversations", new { }),
            await PostAsync($"/conversations/{Guid.NewGuid()}/messages/{Guid.NewGuid()}/retry", new { }),
            await PostAsync($"/conversations/{Guid.NewGuid()}/messages/{Guid.NewGuid()}/retry", new { }),
            await PostAsync($"/conversations/{Guid.NewGuid()}/reply", new { content = "x" }),
            await PostAsync("/conversations", new { }),
        ];
        Assert.Equal([false, false, false, false, true, true, true], codes.Select(code => code == HttpStatusCode.TooManyRequests));
        for (var i = 0; i < 10; i++)
            await api.Client.PostLinesAsync([MailJson.Of($"m{i}@x")]);

        async Task<HttpStatusCode> PostAsync(string path, object body)
        {
            using var response = await api.Client.PostAsJsonAsync($"/api/v1{path}", body);
            return response.StatusCode;
        }
    }

    [Fact]
    public async Task By_default_the_limits_are_those_of_the_documentation()
    {
        var options = new ConversationApi.RateLimiting.RateLimitOptions();
        Assert.Equal((100, 20, 50, TimeSpan.FromMinutes(1)), (options.Read, options.Regenerate, options.Send, options.Window));
        await using var api = await ApiServer.StartAsync(postgres.Server);
        for (var i = 0; i < 150; i++)
            await api.Client.GetJsonAsync("/api/v1/conversations");
    }

    private static async Task CountAsync(HttpClient client, int most, Func<HttpClient, Task<HttpResponseMessage>> send)
    {
        var refused = 0;
        for (var i = 0; i < 2 * most + 2; i++)
        {
            using var response = await send(client);
            refused += response.StatusCode == HttpStatusCode.TooManyRequests ? 1 : 0;
        }

        Assert.InRange(refused, 1, most + 2);
    }

    private static async Task<HttpResponseMessage> UntilRefusedAsync(HttpClient client)
    {
        for (var n = 0; n < 50; n++)
        {
            var response = await client.GetAsync("/api/v1/conversations");
            if (response.StatusCode == HttpStatusCode.TooManyRequests)
                return response;
            response.Dispose();
        }

        throw new InvalidOperationException("50 requests in a row were let through where 5 in 3 seconds are.");
    }

    private static async Task<HttpClient> CreateClientAsync(ApiServer api)
    {
        using var made = await api.Client.PostAsJsonAsync("/api/v1/keys", new { name = "one name", scope = "write" });
        return api.CreateClient((await made.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("key").GetString());
    }
}
