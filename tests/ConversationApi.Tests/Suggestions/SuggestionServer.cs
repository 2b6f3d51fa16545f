using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using PostgresForTests;
using ProvidersForTests;

namespace ConversationApi.Tests.Suggestions;

/// <summary>An API that drafts, quickly.</summary>
internal static class SuggestionServer
{
    public const string Key = "key-of-the-chat-model";

    public static Task<ApiServer> StartLocalAsync(PostgresServer server, params (string Name, string? Value)[] settings) => ApiServer.StartAsync(server, [.. Fast, .. settings]);

    public static Task<ApiServer> StartChatAsync(PostgresServer server, LoopbackOpenAi model, params (string Name, string? Value)[] settings) =>
        ApiServer.StartAsync(server, [.. Chat(model), .. settings]);

    public static (string, string?)[] Chat(LoopbackOpenAi model) =>
    [
        .. Fast, ("OpenAI:ApiKey", Key), ("OpenAI:BaseAddress", new Uri(model.Address, "/v1").ToString()), ("OpenAI:ChatModel", "test-model"), ("Search:Embeddings", "none"),
        ("OpenAI:Timeout", "00:00:01"), ("OpenAI:InputPricePerMillion", "10"), ("OpenAI:OutputPricePerMillion", "20"),
    ];

    public static (string, string?)[] Fast =>
    [
        ("Suggestions:PollInterval", "00:00:00.050"), ("Suggestions:RetryAfter", "00:00:00.050"), ("Suggestions:RetryAtMost", "00:00:01"), ("Search:IndexInterval", "00:00:00.100"),
        ("Delivery:Provider", "none"), ("Ingestion:OwnAddresses:0", "desk@platform.example"),
    ];

    public static string Today => Ago(TimeSpan.Zero);

    /// <summary>The Date of a mail that was written so long ago.</summary>
    public static string Ago(TimeSpan age) => (DateTimeOffset.UtcNow - age).ToString("R", CultureInfo.InvariantCulture);

    /// <summary>A mail of a lead that came just now.</summary>
    public static async Task<Guid> AskAsync(this ApiServer api, string id, string text, string from = "lead@people.example", string? inReplyTo = null) =>
        (await api.Client.PostLinesAsync([MailJson.Of(id, inReplyTo, from: from, text: text, date: Today)]))[0].Conversation();

    public static async Task<List<JsonElement>> SuggestionsAsync(this ApiServer api, Guid conversation) =>
        [.. (await api.Client.GetJsonAsync($"/api/v1/conversations/{conversation}/suggestions")).GetProperty("items").EnumerateArray()];

    /// <summary>Waits until a conversation has so many suggestions.</summary>
    public static async Task<List<JsonElement>> WaitAsync(this ApiServer api, Guid conversation, int count = 1)
    {
        for (var tries = 0; ; tries++)
        {
            if (await api.SuggestionsAsync(conversation) is var all && all.Count >= count)
                return all;
            Assert.True(tries < 400, $"There are only {all.Count} suggestions. {await api.ScalarAsync<string>("SELECT coalesce(string_agg(w::text, '; '), 'no work') FROM message_work w WHERE kind = 'suggest'")}");
            await Task.Delay(50);
        }
    }

    /// <summary>Waits until no draft is to be made any more, whether any was or not.</summary>
    public static async Task SettleAsync(this ApiServer api)
    {
        for (var tries = 0; await api.ScalarAsync<bool>("SELECT EXISTS (SELECT FROM message_work WHERE kind = 'suggest' AND failed_at IS NULL)"); tries++)
        {
            Assert.True(tries < 400, "Work is left over.");
            await Task.Delay(50);
        }
    }

    /// <summary>Waits until all mail can be found.</summary>
    public static async Task IndexAsync(this ApiServer api)
    {
        for (var tries = 0; await api.ScalarAsync<bool>("SELECT EXISTS (SELECT FROM message_work WHERE kind = 'index')"); tries++)
        {
            Assert.True(tries < 400, "Mail is not indexed.");
            await Task.Delay(50);
        }
    }

    public static async Task<(HttpStatusCode Status, JsonElement Body)> PostAsync(this ApiServer api, string path, object? body = null, string? idempotencyKey = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1{path}");
        if (body is not null)
            request.Content = JsonContent.Create(body);
        if (idempotencyKey is not null)
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        using var response = await api.Client.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>());
    }

    public static Guid Id(this JsonElement item) => item.GetProperty("id").GetGuid();

    public static string Text(this JsonElement item, string name) => item.GetProperty(name).GetString()!;

    public static Task<long> MailsOutAsync(this ApiServer api) => api.ScalarAsync<long>("SELECT count(*) FROM conversation_messages WHERE direction = 'outbound' AND delivery_status <> 'sent'");
}
