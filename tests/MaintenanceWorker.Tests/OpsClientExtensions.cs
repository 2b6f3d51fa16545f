using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace MaintenanceWorker.Tests;

/// <summary>Calls under <c>/ops</c>.</summary>
internal static class OpsClientExtensions
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    public static async Task<JsonElement> GetJsonAsync(this HttpClient client, string path, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var response = await client.GetAsync(path);
        return await ReadAsync(response, expected);
    }

    public static async Task<JsonElement> PostJsonAsync(this HttpClient client, string path, HttpStatusCode expected)
    {
        using var response = await client.PostAsync(path, null);
        return await ReadAsync(response, expected);
    }

    public static async Task<JsonElement> PostOperationAsync(
        this HttpClient client, string operation, object? arguments = null, bool dryRun = false, HttpStatusCode expected = HttpStatusCode.OK, string? idempotencyKey = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/ops/{operation}") { Content = JsonContent.Create(new { arguments = arguments ?? new { }, dryRun }) };
        if (idempotencyKey is not null)
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        using var response = await client.SendAsync(request);
        return await ReadAsync(response, expected);
    }

    /// <summary>Asks until the run is in a state; the database may be away in between.</summary>
    public static async Task<JsonElement> WaitForRunAsync(this HttpClient client, JsonElement run, params string[] states)
    {
        using var limit = new CancellationTokenSource(_patience);
        while (true)
        {
            using var response = await client.GetAsync($"/ops/runs/{run.GetProperty("id").GetString()}");
            var now = await ReadAsync(response, response.StatusCode == HttpStatusCode.ServiceUnavailable ? HttpStatusCode.ServiceUnavailable : HttpStatusCode.OK);
            if (now.TryGetProperty("state", out var state) && states.Contains(state.GetString()))
                return now;
            if (limit.IsCancellationRequested)
                throw new TimeoutException($"The run did not come to {string.Join(" or ", states)}: {now}");
            await Task.Delay(50);
        }
    }

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage response, HttpStatusCode expected)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == expected, $"{(int)response.StatusCode}: {text}");
        return JsonElement.Parse(text);
    }
}
