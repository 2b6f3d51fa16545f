using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using ProvidersForTests;

namespace ConversationApi.Tests.Delivery;

/// <summary>Works with conversations as a client does.</summary>
internal static class Desk
{
    public const string Address = "desk@platform.example";
    public const string Inbound = "answers@in.platform.example";

    /// <summary>Delivery that does not let a test wait.</summary>
    public static (string, string?)[] Quick(LoopbackPostmark? postmark = null, params (string Name, string? Value)[] more)
    {
        var settings = new Dictionary<string, string?>
        {
            ["Delivery:From"] = Address, ["Delivery:FromName"] = "The Desk", ["Delivery:InboundAddress"] = Inbound, ["Delivery:UndoFor"] = "00:00:00", ["Delivery:RetryAfter"] = "00:00:00.050",
            ["Delivery:AskAfter"] = "00:00:00.200", ["Delivery:PollInterval"] = "00:00:00.050", ["Delivery:Lease"] = "00:00:04", ["Postmark:Timeout"] = "00:00:01",
        };
        if (postmark is not null)
            (settings["Postmark:ServerToken"], settings["Postmark:BaseAddress"]) = (postmark.Token, postmark.Address.ToString());
        foreach (var (name, value) in more)
            settings[name] = value;
        return [.. settings.Select(setting => (setting.Key, setting.Value))];
    }

    public static async Task<HttpResponseMessage> SendAsync(this HttpClient client, HttpMethod method, string path, object? body = null, string? key = null, string? ifMatch = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = body as HttpContent ?? new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
        if (key is not null)
            request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        if (ifMatch is not null)
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        return await client.SendAsync(request);
    }

    public static async Task<JsonElement> PostAsync(this HttpClient client, string path, object? body = null, HttpStatusCode expected = HttpStatusCode.OK, string? key = null)
    {
        using var response = await client.SendAsync(HttpMethod.Post, path, body, key);
        Assert.True(expected == response.StatusCode, $"{path}: {response.StatusCode}: {await response.Content.ReadAsStringAsync()}");
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    public static Task<JsonElement> ReplyAsync(this HttpClient client, Guid conversation, string content = "Thank you, it is done.", string? html = null, string? key = null) =>
        client.PostAsync($"/api/v1/conversations/{conversation}/reply", new { content, htmlContent = html }, HttpStatusCode.Accepted, key);

    /// <summary>One conversation with one mail from its lead.</summary>
    public static async Task<Guid> AskedAsync(this ApiServer api, string messageId = "a@x", string? subject = null) =>
        (await api.Client.PostLinesAsync([MailJson.Of(messageId, subject: subject ?? "A question")]))[0].Conversation();

    public static async Task<string> StatusAsync(this ApiServer api, Guid conversation) => (await api.Client.GetJsonAsync($"/api/v1/conversations/{conversation}")).GetProperty("status").GetString()!;

    public static async Task<string?> DeliveryAsync(this ApiServer api, Guid message) => await api.ScalarAsync<object>($"SELECT delivery_status::text FROM conversation_messages WHERE id = '{message}'") as string;

    public static Guid Id(this JsonElement item) => item.GetProperty("id").GetGuid();

    public static string Type(this JsonElement problem) => problem.GetProperty("type").GetString()!.Split(':')[^1];

    public static async Task UntilAsync(Func<Task<bool>> holds, string what)
    {
        for (var deadline = DateTime.UtcNow.AddMinutes(2); !await holds(); await Task.Delay(25))
            Assert.True(DateTime.UtcNow < deadline, $"It did not come to this: {what}.");
    }

    public static Task UntilDeliveryAsync(this ApiServer api, Guid message, string status) =>
        UntilAsync(async () => await api.DeliveryAsync(message) == status, $"the mail is {status}");
}
