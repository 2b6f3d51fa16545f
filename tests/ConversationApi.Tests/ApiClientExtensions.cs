using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace ConversationApi.Tests;

internal static class ApiClientExtensions
{
    public static async Task<JsonElement> GetJsonAsync(this HttpClient client, string path, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var response = await client.GetAsync(path);
        Assert.True(expected == response.StatusCode, $"{path}: {response.StatusCode}: {await response.Content.ReadAsStringAsync()}");
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    /// <summary>Posts one mail a line and gives the items of the answer.</summary>
    public static async Task<List<JsonElement>> PostLinesAsync(this HttpClient client, IEnumerable<string> mails)
    {
        using var content = new StringContent(string.Join('\n', mails), Encoding.UTF8, "application/x-ndjson");
        using var response = await client.PostAsync("/api/v1/inbound/messages", content);
        var body = await response.Content.ReadAsStringAsync();
        return response.Content.Headers.ContentType!.MediaType == "application/problem+json"
            ? throw new HttpRequestException(body, null, response.StatusCode)
            : [.. body.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonSerializer.Deserialize<JsonElement>(line))];
    }

    public static Task<HttpResponseMessage> PostBodyAsync(this HttpClient client, string body, string mediaType = "application/json") =>
        client.PostAsync("/api/v1/inbound/messages", new StringContent(body, Encoding.UTF8, mediaType));

    public static string Status(this JsonElement item) => item.GetProperty("status").GetString()!;

    public static Guid Conversation(this JsonElement item) => item.GetProperty("conversationId").GetGuid();
}
