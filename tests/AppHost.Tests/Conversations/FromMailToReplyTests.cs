using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ProvidersForTests;

namespace AppHost.Tests.Conversations;

/// <summary>From a lead's mail to a delivered reply and the lead's answer to it, through the whole platform.</summary>
public sealed class FromMailToReplyTests(PlatformWithProviders platform) : IClassFixture<PlatformWithProviders>, IDisposable
{
    private static readonly JsonSerializerOptions _asWritten = new();
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromMinutes(2));

    [Fact]
    public async Task Mail_comes_in_is_answered_once_and_the_answer_to_that_joins_the_conversation()
    {
        using var client = platform.CreateClient();
        using var stream = new StreamReader(await client.GetStreamAsync(new Uri("/api/v1/events", UriKind.Relative), _limit.Token));
        platform.OpenAi.WriteNext("""{"reply":"Yes, before noon on Fridays.","sentiment":{"label":"neutral"},"confidence":0.9}""");

        using (var webhook = platform.CreateWebhook())
        using (var posted = await webhook.PostAsJsonAsync("/api/v1/inbound/postmark", Mail("question@lead.example"), _asWritten, _limit.Token))
            Assert.True(posted.StatusCode == HttpStatusCode.OK, await posted.Content.ReadAsStringAsync(_limit.Token));
        var conversation = (await GetAsync(client, "/api/v1/conversations?leadEmail=ann@lead.example")).GetProperty("items").EnumerateArray().Single();
        var id = conversation.GetProperty("id").GetString();
        Assert.Equal("needs_reply", conversation.GetProperty("status").GetString());

        var ready = await EventAsync(stream, "suggestion_ready");
        Assert.Equal(id, ready.GetProperty("conversationId").GetString());
        var suggestion = (await GetAsync(client, $"/api/v1/conversations/{id}/suggestions")).GetProperty("items").EnumerateArray().Single();
        Assert.Equal("pending", suggestion.GetProperty("status").GetString());

        var approvals = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => client.PostAsJsonAsync($"/api/v1/suggestions/{suggestion.GetProperty("id").GetString()}/approve", new { }, _limit.Token)));
        Assert.Equal([HttpStatusCode.Accepted, HttpStatusCode.Conflict], approvals.Select(answer => answer.StatusCode).Order());
        await EventAsync(stream, "sent");
        var sent = Assert.Single(platform.Postmark.Sent);
        Assert.Contains("ann@lead.example", sent.To, StringComparison.Ordinal);
        Assert.Equal("<question@lead.example>", sent.Header("In-Reply-To"));
        Assert.Contains("before noon", sent.Request.GetProperty("TextBody").GetString(), StringComparison.Ordinal);
        Assert.Equal("waiting", (await GetAsync(client, $"/api/v1/conversations/{id}")).GetProperty("status").GetString());

        platform.Gmail.Add(LoopbackGmail.Message("thanks@lead.example", "Re: A question", "Then I take two.", "ann@lead.example", ("In-Reply-To", sent.SeenMessageId)));
        while ((await GetAsync(client, $"/api/v1/conversations/{id}")).GetProperty("status").GetString() != "needs_reply")
            await Task.Delay(100, _limit.Token);
        var messages = (await GetAsync(client, $"/api/v1/conversations/{id}/messages")).GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(["inbound", "outbound", "inbound"], messages.OrderBy(m => m.GetProperty("createdAt").GetDateTimeOffset()).Select(m => m.GetProperty("direction").GetString()));
        Assert.Single(platform.Postmark.Sent);
    }

    public void Dispose() => _limit.Dispose();

    private async Task<JsonElement> GetAsync(HttpClient client, string path) => await client.GetFromJsonAsync<JsonElement>(path, _limit.Token);

    private async Task<JsonElement> EventAsync(StreamReader stream, string name)
    {
        while (await stream.ReadLineAsync(_limit.Token) is { } line)
        {
            if (line == $"event: {name}" && await stream.ReadLineAsync(_limit.Token) is { } data)
                return JsonElement.Parse(data["data: ".Length..]);
        }

        throw new EndOfStreamException($"The stream ended before {name}.");
    }

    private static object Mail(string id) => new
    {
        FromFull = new { Email = "ann@lead.example", Name = "Ann" },
        ToFull = new[] { new { Email = "inbound@platform.example", Name = "" } },
        Subject = "A question",
        Date = DateTimeOffset.UtcNow.ToString("R", CultureInfo.InvariantCulture),
        TextBody = "Do you deliver on Fridays?",
        MessageID = Guid.NewGuid().ToString(),
        Headers = new[] { new { Name = "Message-ID", Value = $"<{id}>" } },
    };
}
