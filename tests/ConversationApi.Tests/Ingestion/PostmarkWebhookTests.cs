using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using PostgresForTests;

namespace ConversationApi.Tests.Ingestion;

public sealed class PostmarkWebhookTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string Path = "/api/v1/inbound/postmark";
    private const string Secret = "secret-of-a-test-webhook:with a colon";

    [Fact]
    public async Task One_mail_a_call_is_stored_once_however_often_Postmark_brings_it()
    {
        await using var api = await ApiServer.StartAsync(postgres.Server, ("Postmark:InboundSecret", Secret));
        using var postmark = Caller(api, Basic(Secret));
        var mail = MailJson.Of("a@x", postmarkId: "p-1", headers: ("X-Spam-Status", "No"));
        var first = await PostAsync(postmark, mail);
        Assert.Equal("stored", first.GetProperty("status").GetString());
        var again = await PostAsync(postmark, mail);
        Assert.Equal("duplicate", again.GetProperty("status").GetString());
        Assert.Equal(first.GetProperty("id").GetGuid(), again.GetProperty("id").GetGuid());
        var conversation = await api.Client.GetJsonAsync($"/api/v1/conversations/{first.GetProperty("conversationId").GetGuid()}");
        Assert.Equal(("needs_reply", 1), (conversation.GetProperty("status").GetString(), conversation.GetProperty("messageCount").GetInt32()));
    }

    [Fact]
    public async Task The_secret_lets_in_by_password_or_bearer_and_nothing_else_does_but_a_key_that_may_write()
    {
        await using var api = await ApiServer.StartAsync(postgres.Server, ("Postmark:InboundSecret", Secret));
        var number = 0;
        async Task<HttpStatusCode> StatusAsync(AuthenticationHeaderValue? authorization)
        {
            using var caller = Caller(api, authorization);
            using var response = await caller.PostAsync(Path, Json(MailJson.Of($"m{number++}@x")));
            if (response.StatusCode == HttpStatusCode.Unauthorized)
                Assert.Equal("Basic", response.Headers.WwwAuthenticate.Single().Scheme);
            return response.StatusCode;
        }

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(Basic(Secret)));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(new("Bearer", Secret)));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(new("Bearer", await KeyAsync(api, "write"))));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(new("Bearer", await KeyAsync(api, "read"))));
        foreach (var wrong in new AuthenticationHeaderValue?[]
            { null, Basic("wrong"), Basic(""), Basic(Secret + "x"), Basic(Secret[..^1]), new("Bearer", "wrong"), new("Basic", "!!!"), new("Basic", ""), new("Basic", new string('a', 9000)), new("Digest", Secret) })
            Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(wrong));
        Assert.Equal(3, await api.ScalarAsync<long>("SELECT count(*) FROM conversation_messages"));
    }

    [Fact]
    public async Task Without_a_configured_secret_no_password_is_right()
    {
        await using var api = await ApiServer.StartAsync(postgres.Server);
        foreach (var password in new[] { "", "postmark", Secret })
        {
            using var caller = Caller(api, Basic(password));
            using var response = await caller.PostAsync(Path, Json(MailJson.Of("a@x")));
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        }
    }

    [Fact]
    public async Task Mail_is_asked_for_again_while_the_database_is_away_and_stored_when_it_is_back()
    {
        await using var server = await PostgresServer.StartAsync();
        await using var api = await ApiServer.StartAsync(server, ("Postmark:InboundSecret", Secret));
        using var postmark = Caller(api, Basic(Secret));
        await server.StopAsync();
        using (var refused = await postmark.PostAsync(Path, Json(MailJson.Of("a@x"))))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.NotNull(refused.Headers.RetryAfter);
        }

        // Neither can poison be set aside, and must come again.
        using (var refused = await postmark.PostAsync(Path, Json("{")))
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        await server.RestartAsync();
        Assert.Equal("stored", (await PostAsync(postmark, MailJson.Of("a@x"))).GetProperty("status").GetString());
        Assert.Equal("set_aside", (await PostAsync(postmark, "{")).GetProperty("status").GetString());
    }

    [Fact]
    public async Task What_is_no_mail_at_all_is_refused_and_what_is_too_large_keeps_its_beginning()
    {
        await using var api = await ApiServer.StartAsync(postgres.Server, ("Ingestion:MaxMessageBytes", "100000"));
        async Task<HttpStatusCode> StatusAsync(HttpContent content)
        {
            using var response = await api.Client.PostAsync(Path, content);
            return response.StatusCode;
        }

        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync(Json("")));
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, await StatusAsync(new StringContent("From: x", Encoding.UTF8, "text/plain")));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, await StatusAsync(Json(MailJson.Of("a@x", text: new string('x', 300_000)))));

        var answer = await PostAsync(api.Client, MailJson.Of("a@x", from: "large@people.example", text: new string('x', 150_000)));
        Assert.Equal("urn:conversation-platform:problem:too-large", answer.GetProperty("type").GetString());
        var shown = await api.Client.GetJsonAsync($"/api/v1/inbound/set-aside/{answer.GetProperty("setAsideId").GetGuid()}");
        Assert.True(shown.GetProperty("mail").GetProperty("bodyLength").GetInt64() > 150_000);
        Assert.Equal(65_536, shown.GetProperty("mail").GetProperty("keptLength").GetInt32());
        using var retried = await api.Client.PostAsync($"/api/v1/inbound/set-aside/{answer.GetProperty("setAsideId").GetGuid()}/retry", null);
        Assert.Equal(HttpStatusCode.Conflict, retried.StatusCode);
    }

    [Fact]
    public async Task Mail_in_our_name_that_comes_by_the_webhook_is_not_ours_and_its_address_never_becomes_the_lead()
    {
        await using var api = await ApiServer.StartAsync(postgres.Server, ("Postmark:InboundSecret", Secret), ("Ingestion:OwnAddresses:0", "@platform.example"));
        using var postmark = Caller(api, Basic(Secret));
        var id = (await PostAsync(postmark, MailJson.Of("forged@x", from: "desk@platform.example"))).GetProperty("conversationId").GetGuid();
        var conversation = await api.Client.GetJsonAsync($"/api/v1/conversations/{id}");
        Assert.Equal(("needs_reply", JsonValueKind.Null, JsonValueKind.Null),
            (conversation.GetProperty("status").GetString(), conversation.GetProperty("leadEmail").ValueKind, conversation.GetProperty("lastOutboundAt").ValueKind));
        Assert.Equal("inbound", await api.ScalarAsync<string>("SELECT direction::text FROM conversation_messages"));

        // The first from outside is the lead; what an import under a key brings in our name was sent by us.
        await PostAsync(postmark, MailJson.Of("asked@x", "<forged@x>", from: "lead@people.example"));
        await api.Client.PostLinesAsync([MailJson.Of("answered@x", "<asked@x>", from: "desk@platform.example")]);
        conversation = await api.Client.GetJsonAsync($"/api/v1/conversations/{id}");
        Assert.Equal(("waiting", "lead@people.example", 3), (conversation.GetProperty("status").GetString(), conversation.GetProperty("leadEmail").GetString(), conversation.GetProperty("messageCount").GetInt32()));
    }

    private static HttpClient Caller(ApiServer api, AuthenticationHeaderValue? authorization)
    {
        var client = api.CreateClient(null);
        client.DefaultRequestHeaders.Authorization = authorization;
        return client;
    }

    private static AuthenticationHeaderValue Basic(string password) => new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"postmark:{password}")));

    private static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");

    private static async Task<JsonElement> PostAsync(HttpClient client, string body)
    {
        using var response = await client.PostAsync(Path, Json(body));
        Assert.True(response.StatusCode == HttpStatusCode.OK, await response.Content.ReadAsStringAsync());
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    private static async Task<string> KeyAsync(ApiServer api, string scope)
    {
        using var response = await api.Client.PostAsJsonAsync("/api/v1/keys", new { name = scope, scope });
        return (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("key").GetString()!;
    }
}
