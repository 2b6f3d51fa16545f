using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using ConversationApi.Ingestion.Parsing;
using PostgresForTests;

namespace ConversationApi.Tests.SetAside;

public sealed class SetAsideTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string Path = "/api/v1/inbound/set-aside";

    [Fact]
    public async Task Poison_is_kept_once_with_its_reason_and_blocks_nothing()
    {
        await using var api = await ApiServer.StartAsync(postgres.Server);
        string[] poison = ["{\"From\":\"bad@people.example\"", "[]", "7", "{\"From\":{\"a\":1}}", "\0\u0001", "{}", $"{{\"From\":\"a@b\",\"Headers\":{new string('[', 500)}"];
        foreach (var body in poison)
            Assert.Equal("set_aside", (await PostAsync(api, body)).GetProperty("status").GetString());
        var again = await PostAsync(api, poison[0]);
        Assert.Equal("stored", (await PostAsync(api, MailJson.Of("good@x"))).GetProperty("status").GetString());

        var items = (await api.Client.GetJsonAsync(Path)).GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(poison.Length, items.Count);
        var first = items.Single(i => i.GetProperty("id").GetGuid() == again.GetProperty("setAsideId").GetGuid());
        Assert.Equal(("postmark", 2), (first.GetProperty("source").GetString(), first.GetProperty("attempts").GetInt32()));
        Assert.Equal("urn:conversation-platform:problem:malformed-json", first.GetProperty("problemType").GetString());
        Assert.StartsWith("It is no JSON", first.GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Equal(poison[0], (await api.Client.GetJsonAsync($"{Path}/{first.GetProperty("id").GetGuid()}")).GetProperty("text").GetString());
        Assert.Equal(Encoding.UTF8.GetBytes(poison[0]), await api.Client.GetByteArrayAsync($"{Path}/{first.GetProperty("id").GetGuid()}/body"));
    }

    [Fact]
    public async Task What_the_database_refuses_is_stored_on_command_once_it_takes_it()
    {
        await using var api = await ApiServer.StartAsync(postgres.Server);
        await ExecuteAsync(api, "ALTER TABLE conversation_messages ADD CONSTRAINT ck_no_poison CHECK (subject <> 'poison')");
        var aside = await PostAsync(api, MailJson.Of("poison@x", subject: "poison"));
        Assert.Equal("urn:conversation-platform:problem:unstorable", aside.GetProperty("type").GetString());
        var id = aside.GetProperty("setAsideId").GetGuid();

        using (var refused = await api.Client.PostAsync($"{Path}/{id}/retry", null))
            Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        Assert.Equal(2, (await api.Client.GetJsonAsync($"{Path}/{id}")).GetProperty("mail").GetProperty("attempts").GetInt32());

        await ExecuteAsync(api, "ALTER TABLE conversation_messages DROP CONSTRAINT ck_no_poison");
        using var retried = await api.Client.PostAsync($"{Path}/{id}/retry", null);
        var stored = await retried.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("stored", stored.GetProperty("status").GetString());
        await api.Client.GetJsonAsync($"/api/v1/conversations/{stored.GetProperty("conversationId").GetGuid()}");
        await api.Client.GetJsonAsync($"{Path}/{id}", HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task It_is_listed_a_page_at_a_time_and_dropped_on_command()
    {
        await using var api = await ApiServer.StartAsync(postgres.Server);
        var ids = new List<Guid>();
        for (var i = 0; i < 7; i++)
            ids.Add((await PostAsync(api, $"poison {i}")).GetProperty("setAsideId").GetGuid());
        var seen = new List<Guid>();
        string? cursor = null;
        do
        {
            var page = await api.Client.GetJsonAsync($"{Path}?limit=3{(cursor is null ? "" : $"&cursor={cursor}")}");
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("id").GetGuid()));
            cursor = page.GetProperty("nextCursor").GetString();
        }
        while (cursor is not null);
        Assert.Equal(ids.OrderDescending(), seen);

        foreach (var expected in new[] { HttpStatusCode.NoContent, HttpStatusCode.NotFound })
            using (var dropped = await api.Client.DeleteAsync($"{Path}/{ids[0]}"))
                Assert.Equal(expected, dropped.StatusCode);
        foreach (var path in new[] { $"{Path}/{ids[0]}", $"{Path}/{ids[0]}/body" })
            await api.Client.GetJsonAsync(path, HttpStatusCode.NotFound);
        foreach (var query in new[] { "limit=0", "limit=x", "cursor=x" })
            await api.Client.GetJsonAsync($"{Path}?{query}", HttpStatusCode.BadRequest);
    }

    [Theory]
    [InlineData("\"From\":\"Some Body \\u003cLead@People.Example\\u003e\"", "lead@people.example")]
    [InlineData("{\"Email\":\"a@b.example\",\"To\":\"<c@d.example>, e@f.example.\"", "a@b.example c@d.example e@f.example")]
    [InlineData("no @ address a@ @b", "")]
    [InlineData("odd.o'ne+tag@x", "ne+tag@x odd.o'ne+tag@x")]
    [InlineData("<a href='mailto:some@b.example?cc=other@c.example'>", "b.example?cc=other@c.example cc=other@c.example other@c.example some@b.example")]
    [InlineData("\u00e9ric@x.example", "\u00e9ric@x.example")]
    public void Addresses_are_found_in_whatever_came(string body, string expected) =>
        Assert.Equal(expected, string.Join(' ', MailAddresses.In(Encoding.UTF8.GetBytes(body)).Order(StringComparer.Ordinal)));

    [Fact]
    public async Task A_body_made_to_be_searched_for_ever_is_searched_at_once()
    {
        // Searched again from each of its characters, either would take far longer than that.
        var search = Task.Factory.StartNew(() =>
        {
            MailAddresses.In(Encoding.UTF8.GetBytes(new string('a', 20_000_000)));
            MailAddresses.In(Encoding.UTF8.GetBytes(new string('@', 10_000_000)));
        }, default, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await search.WaitAsync(TimeSpan.FromMinutes(5));
    }

    private static async Task<JsonElement> PostAsync(ApiServer api, string body)
    {
        using var response = await api.Client.PostAsync("/api/v1/inbound/postmark", new StringContent(body, Encoding.UTF8, "application/json"));
        Assert.True(response.StatusCode == HttpStatusCode.OK, await response.Content.ReadAsStringAsync());
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    private static async Task ExecuteAsync(ApiServer api, string sql)
    {
        await using var command = api.Database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
