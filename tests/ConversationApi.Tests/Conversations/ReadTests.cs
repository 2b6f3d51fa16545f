using System.Net;
using System.Text.Json;
using PostgresForTests;

namespace ConversationApi.Tests.Conversations;

public sealed class ReadTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task A_conversation_has_an_entity_tag_that_changes_with_it()
    {
        await using var api = await ApiServer.StartAsync(postgres.Server);
        var id = (await api.Client.PostLinesAsync([MailJson.Of("a@x")]))[0].Conversation();
        using var first = await api.Client.GetAsync($"/api/v1/conversations/{id}");
        var tag = first.Headers.ETag!;
        var shown = JsonDocument.Parse(await first.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal("needs_reply", shown.GetProperty("status").GetString());
        Assert.Equal("lead@people.example", shown.GetProperty("leadEmail").GetString());
        Assert.Equal("2024-01-01T10:00:00Z", shown.GetProperty("lastMessageAt").GetString());

        Assert.Equal(HttpStatusCode.NotModified, await StatusAsync(api, id, tag.ToString()));
        await api.Client.PostLinesAsync([MailJson.Of("b@x", "<a@x>")]);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(api, id, tag.ToString()));
    }

    [Fact]
    public async Task Messages_come_oldest_first_whole_and_a_page_at_a_time()
    {
        await using var api = await ApiServer.StartAsync(postgres.Server);
        string[] mails =
        [
            MailJson.Of("c@x", "<a@x>", date: "Wed, 03 Jan 2024 10:00:00 +0000", text: "third"),
            MailJson.Of("a@x", date: "Mon, 01 Jan 2024 10:00:00 +0000", text: "first", headers: ("List-Id", "<list.x>")),
            MailJson.Of("b@x", "<a@x>", date: "Tue, 02 Jan 2024 10:00:00 -0700", text: "second \ud83d\ude00"),
        ];
        var id = (await api.Client.PostLinesAsync(mails))[0].Conversation();
        var page = await api.Client.GetJsonAsync($"/api/v1/conversations/{id}/messages?limit=2");
        var rest = await api.Client.GetJsonAsync($"/api/v1/conversations/{id}/messages?limit=2&cursor={page.GetProperty("nextCursor").GetString()}");
        JsonElement[] all = [.. page.GetProperty("items").EnumerateArray(), .. rest.GetProperty("items").EnumerateArray()];
        Assert.Equal(["first", "second \ud83d\ude00", "third"], all.Select(m => m.GetProperty("content").GetString()));
        Assert.Equal("2024-01-02T17:00:00Z", all[1].GetProperty("sentAt").GetString());
        Assert.Equal("a@x", all[1].GetProperty("inReplyTo").GetString());
        Assert.Equal("inbound", all[1].GetProperty("direction").GetString());
        Assert.Equal("list", Assert.Single(all[0].GetProperty("marks").EnumerateArray()).GetString());
        Assert.Contains(all[0].GetProperty("headers").EnumerateArray(), h => h.GetProperty("name").GetString() == "List-Id" && h.GetProperty("value").GetString() == "<list.x>");
        Assert.Equal(JsonValueKind.Null, rest.GetProperty("nextCursor").ValueKind);
    }

    [Fact]
    public async Task What_is_not_there_is_a_problem_and_not_an_empty_list()
    {
        await using var api = await ApiServer.StartAsync(postgres.Server);
        foreach (var path in new[] { $"/api/v1/conversations/{Guid.NewGuid()}", $"/api/v1/conversations/{Guid.NewGuid()}/messages" })
            Assert.Equal("urn:conversation-platform:problem:not-found", (await api.Client.GetJsonAsync(path, HttpStatusCode.NotFound)).GetProperty("type").GetString());
    }

    [Fact]
    public async Task Without_a_database_reading_says_so_and_works_again_when_it_is_back()
    {
        await using var server = await PostgresServer.StartAsync();
        await using var api = await ApiServer.StartAsync(server);
        await api.Client.PostLinesAsync([MailJson.Of("a@x")]);
        await server.KillAsync();
        using (var refused = await api.Client.GetAsync("/api/v1/conversations"))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.NotNull(refused.Headers.RetryAfter);
            Assert.Contains("database-unavailable", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        await server.RestartAsync();
        for (var tries = 0; ; tries++)
        {
            using var response = await api.Client.GetAsync("/api/v1/conversations");
            if (response.IsSuccessStatusCode)
                break;
            Assert.True(tries < 100, await response.Content.ReadAsStringAsync());
            await Task.Delay(100);
        }
    }

    private static async Task<HttpStatusCode> StatusAsync(ApiServer api, Guid id, string tag)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/conversations/{id}");
        request.Headers.TryAddWithoutValidation("If-None-Match", tag);
        using var response = await api.Client.SendAsync(request);
        return response.StatusCode;
    }
}
