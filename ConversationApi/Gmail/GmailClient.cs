using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Google.Apis.Auth.OAuth2.Responses;
using Microsoft.Extensions.Options;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace ConversationApi.Gmail;

/// <summary>Gmail's REST interface, as much of it as is needed. Backs off with jitter where Gmail asks for it or stumbles.</summary>
internal sealed class GmailClient
{
    /// <summary>Name of the HTTP client.</summary>
    public const string Name = "gmail";

    private const int MaxAnswerBytes = 80 * 1024 * 1024;
    private readonly IHttpClientFactory _http;
    private readonly GmailCredentials _credentials;
    private readonly GmailOptions _options;
    private readonly ResiliencePipeline _pipeline;

    public GmailClient(IHttpClientFactory http, GmailCredentials credentials, IOptions<GmailOptions> options, TimeProvider time)
    {
        (_http, _credentials, _options) = (http, credentials, options.Value);
        var builder = new ResiliencePipelineBuilder { TimeProvider = time };
        if (_options.Attempts > 1)
            builder.AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = _options.Attempts - 1, BackoffType = DelayBackoffType.Exponential, UseJitter = true, Delay = _options.RetryDelay, MaxDelay = TimeSpan.FromMinutes(1),
                ShouldHandle = new PredicateBuilder().Handle<GmailException>(e => e.Passes).Handle<HttpRequestException>().Handle<TimeoutRejectedException>().Handle<OperationCanceledException>().Handle<IOException>().Handle<JsonException>()
                    .Handle<TokenResponseException>(e => e.StatusCode is null or >= HttpStatusCode.InternalServerError or HttpStatusCode.TooManyRequests),
                DelayGenerator = failed => ValueTask.FromResult((failed.Outcome.Exception as GmailException)?.RetryAfter),
            });
        _pipeline = builder.AddTimeout(_options.AttemptTimeout).Build();
    }

    private string Root => $"gmail/v1/users/{Uri.EscapeDataString(_options.Mailbox ?? "me")}";

    public async Task<GmailProfile> ProfileAsync(CancellationToken cancellationToken) =>
        (await GetAsync($"{Root}/profile", GmailJson.Default.GmailProfile, cancellationToken)).Value;

    /// <summary>A page of the mailbox, the newest first.</summary>
    public async Task<GmailList> ListAsync(string query, string? pageToken, CancellationToken cancellationToken) =>
        (await GetAsync($"{Root}/messages?maxResults={_options.PageSize}&q={Uri.EscapeDataString(query)}{Labels("labelIds")}{Page(pageToken)}", GmailJson.Default.GmailList, cancellationToken)).Value;

    /// <summary>A page of what changed since.</summary>
    /// <exception cref="GmailException">404 when Gmail does not know any more.</exception>
    public async Task<GmailHistoryList> HistoryAsync(long since, string? pageToken, CancellationToken cancellationToken) =>
        (await GetAsync($"{Root}/history?startHistoryId={since}&maxResults={_options.PageSize}&historyTypes=messageAdded&historyTypes=labelRemoved{(_options.Labels.Count > 0 ? "&historyTypes=labelAdded" : "")}{Page(pageToken)}",
            GmailJson.Default.GmailHistoryList, cancellationToken)).Value;

    /// <summary>A message, and the bytes that it came as.</summary>
    public Task<(GmailMessage Value, byte[] Bytes)> MessageAsync(string id, CancellationToken cancellationToken) =>
        GetAsync($"{Root}/messages/{Uri.EscapeDataString(id)}?format=full", GmailJson.Default.GmailMessage, cancellationToken);

    private string Labels(string name) => string.Concat(_options.Labels.Select(label => $"&{name}={Uri.EscapeDataString(label)}"));

    private static string Page(string? token) => token is null ? "" : $"&pageToken={Uri.EscapeDataString(token)}";

    private async Task<(T Value, byte[] Bytes)> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        await _pipeline.ExecuteAsync(async attempt => await TryAsync(path, type, attempt), cancellationToken);

    private async ValueTask<(T Value, byte[] Bytes)> TryAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        var client = _http.CreateClient(Name);
        var response = await SendAsync(client, path, cancellationToken);
        if (response.StatusCode == HttpStatusCode.Unauthorized)
        {
            // Revoked before its time, or clocks disagree.
            response.Dispose();
            await _credentials.RenewAsync(cancellationToken);
            response = await SendAsync(client, path, cancellationToken);
        }

        using (response)
        {
            if (!response.IsSuccessStatusCode)
                throw await FailureAsync(response, cancellationToken);
            var bytes = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            return (JsonSerializer.Deserialize(bytes, type) ?? throw new JsonException("null is no answer"), bytes);
        }
    }

    [SuppressMessage("Reliability", "CA2000", Justification = "The answer belongs to the caller.")]
    private async Task<HttpResponseMessage> SendAsync(HttpClient client, string path, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await _credentials.TokenAsync(cancellationToken));
        return await client.SendAsync(request, cancellationToken);
    }

    private static async Task<GmailException> FailureAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var body = await response.Content.ReadAsStringAsync(cancellationToken);
        // Gmail says by 403 as well that it is asked too often.
        var passes = response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError
            || (response.StatusCode == HttpStatusCode.Forbidden && body.Contains("LimitExceeded", StringComparison.OrdinalIgnoreCase));
        var wait = response.Headers.RetryAfter is { } asked ? asked.Delta ?? asked.Date - DateTimeOffset.UtcNow : null;
        return new($"Gmail answers {(int)response.StatusCode}: {(body.Length > 500 ? body[..500] : body)}", response.StatusCode, passes, wait > TimeSpan.Zero ? wait : null);
    }

    /// <summary>How the HTTP client is made.</summary>
    public static void Configure(IServiceCollection services) =>
        services.AddHttpClient(Name, (provider, client) =>
        {
            client.BaseAddress = provider.GetRequiredService<IOptions<GmailOptions>>().Value.BaseAddress;
            client.MaxResponseContentBufferSize = MaxAnswerBytes;
            // Gmail:AttemptTimeout limits each attempt.
            client.Timeout = Timeout.InfiniteTimeSpan;
        }).ConfigureAdditionalHttpMessageHandlers((handlers, _) => handlers.Clear());
}
