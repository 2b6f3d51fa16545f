using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace AppHost.Tests.Conversations;

/// <summary>Mail from the outside to the reader, through the whole platform.</summary>
[Collection(PlatformCollectionDefinition.Name)]
public sealed class MailTests(RunningPlatform platform) : IDisposable
{
    private static readonly JsonSerializerOptions _asWritten = new();
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromMinutes(2));

    [Fact]
    public async Task A_message_and_its_reply_become_one_conversation_that_is_read_back()
    {
        using var client = Client();
        var id = $"{Guid.NewGuid():N}@lead.example";
        object[] batch =
        [
            Message($"<{id}>", null, "A question", "Do you deliver on Fridays?"),
            Message($"<reply-{id}>", $"<{id}>", "Re: A question", "It would have to be before noon."),
        ];

        using var posted = await client.PostAsJsonAsync("/api/v1/inbound/messages", batch, _asWritten, _limit.Token);
        using var again = await client.PostAsJsonAsync("/api/v1/inbound/messages", batch, _asWritten, _limit.Token);
        var conversations = await client.GetFromJsonAsync<JsonElement>("/api/v1/conversations?leadEmail=ann@lead.example", _limit.Token);
        var conversation = conversations.GetProperty("items").EnumerateArray().Single();
        var messages = await client.GetFromJsonAsync<JsonElement>($"/api/v1/conversations/{conversation.GetProperty("id").GetString()}/messages", _limit.Token);

        Assert.Equal(HttpStatusCode.OK, posted.StatusCode);
        Assert.Contains("stored", await posted.Content.ReadAsStringAsync(_limit.Token), StringComparison.Ordinal);
        Assert.Contains("duplicate", await again.Content.ReadAsStringAsync(_limit.Token), StringComparison.Ordinal);
        Assert.Equal("A question", conversation.GetProperty("subject").GetString());
        Assert.Equal("needs_reply", conversation.GetProperty("status").GetString());
        Assert.Equal(2, messages.GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task Nobody_reads_without_the_key()
    {
        using var client = platform.Application.CreateHttpClient("api", "http");

        using var answer = await client.GetAsync(new Uri("/api/v1/conversations", UriKind.Relative), _limit.Token);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    public void Dispose() => _limit.Dispose();

    private HttpClient Client()
    {
        var client = platform.Application.CreateHttpClient("api", "http");
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", platform.Data.Secret);
        return client;
    }

    private static object Message(string id, string? inReplyTo, string subject, string text)
    {
        List<object> headers = [new { Name = "Message-ID", Value = id }];
        if (inReplyTo is not null)
        {
            headers.Add(new { Name = "In-Reply-To", Value = inReplyTo });
        }

        return new
        {
            FromFull = new { Email = "ann@lead.example", Name = "Ann" },
            ToFull = new[] { new { Email = "sales@us.example", Name = "" } },
            Subject = subject,
            Date = "Fri, 20 Nov 2026 10:00:00 +0000",
            TextBody = text,
            MessageID = Guid.NewGuid().ToString(),
            Headers = headers,
        };
    }
}
