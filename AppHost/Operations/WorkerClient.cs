using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using OperationsCatalogue;

namespace AppHost.Operations;

/// <summary>Calls the worker's operations for somebody at the dashboard. Every call ends: the orchestrator's proxy accepts connections for a worker that is dead.</summary>
internal sealed class WorkerClient(HttpClient http)
{
    private static readonly TimeSpan _forOperations = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan _forRuns = TimeSpan.FromSeconds(15);

    public static async Task<WorkerClient> ConnectAsync(HttpClient http, EndpointReference worker, ParameterResource apiKey, CancellationToken cancellationToken)
    {
        http.BaseAddress = new Uri((await worker.GetValueAsync(cancellationToken))!);
        http.Timeout = Timeout.InfiniteTimeSpan;
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await apiKey.GetValueAsync(cancellationToken));
        http.DefaultRequestHeaders.Add(OperationHeaders.RequestedThrough, "dashboard");
        return new WorkerClient(http);
    }

    /// <summary>Asks an operation that only looks and answers at once.</summary>
    public Task<WorkerAnswer> AnswerAsync(Operation operation, CancellationToken cancellationToken) =>
        SendAsync(new(HttpMethod.Get, $"/ops/{operation.Name}"), _forOperations, async (response, limit) => new WorkerAnswer(
            await response.Content.ReadFromJsonAsync(WorkerJson.Default.JsonElement, limit),
            HeaderOf(response, OperationHeaders.Summary) is { } summary ? Uri.UnescapeDataString(summary) : null,
            HeaderOf(response, OperationHeaders.NeedsAttention) == "true"), cancellationToken);

    /// <summary>Does an operation, or begins the run of one that takes long.</summary>
    public Task<WorkerRun> BeginAsync(Operation operation, CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"/ops/{operation.Name}");
        request.Headers.Add(OperationHeaders.IdempotencyKey, Guid.CreateVersion7().ToString());
        return SendAsync(request, _forOperations, WorkerJson.Default.WorkerRun, cancellationToken);
    }

    public Task<WorkerRun> FindAsync(Guid run, CancellationToken cancellationToken) =>
        SendAsync(new(HttpMethod.Get, $"/ops/runs/{run}"), _forRuns, WorkerJson.Default.WorkerRun, cancellationToken);

    /// <summary>The lines of a run's log after one that is known; empty when there are no more.</summary>
    public Task<IReadOnlyList<WorkerLogLine>> LogAsync(Guid run, int after, CancellationToken cancellationToken) =>
        SendAsync(new(HttpMethod.Get, $"/ops/runs/{run}/log?after={after}"), _forRuns, WorkerJson.Default.IReadOnlyListWorkerLogLine, cancellationToken);

    public Task<WorkerRun> CancelAsync(Guid run, CancellationToken cancellationToken) =>
        SendAsync(new(HttpMethod.Post, $"/ops/runs/{run}/cancel"), _forRuns, WorkerJson.Default.WorkerRun, cancellationToken);

    private Task<T> SendAsync<T>(HttpRequestMessage request, TimeSpan patience, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        SendAsync(request, patience, async (response, limit) => await response.Content.ReadFromJsonAsync(type, limit) ?? throw new JsonException("The answer is empty."), cancellationToken);

    private async Task<T> SendAsync<T>(HttpRequestMessage request, TimeSpan patience, Func<HttpResponseMessage, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(patience);
        try
        {
            using (request)
            using (var response = await http.SendAsync(request, limit.Token))
            {
                return response.IsSuccessStatusCode ? await read(response, limit.Token)
                    : throw new WorkerException(await ProblemOfAsync(response, limit.Token) ?? $"The worker answered {(int)response.StatusCode}; its log says why.");
            }
        }
        catch (Exception silent) when (silent is HttpRequestException or IOException || (silent is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new WorkerException($"The worker does not answer at {http.BaseAddress}: look at its log, or restart it.", silent);
        }
        catch (JsonException unreadable)
        {
            throw new WorkerException($"What answers at {http.BaseAddress} is not the worker of this AppHost: {unreadable.Message}", unreadable);
        }
    }

    private static async Task<string?> ProblemOfAsync(HttpResponseMessage response, CancellationToken cancellationToken) =>
        response.Content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.Ordinal) is true
            ? (await response.Content.ReadFromJsonAsync(WorkerJson.Default.WorkerProblem, cancellationToken))?.Text
            : null;

    private static string? HeaderOf(HttpResponseMessage response, string name) => response.Headers.TryGetValues(name, out var values) ? values.First() : null;
}
