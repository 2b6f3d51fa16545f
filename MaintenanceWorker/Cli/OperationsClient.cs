using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using MaintenanceWorker.Operations.Http;
using Microsoft.AspNetCore.Mvc;
using OperationsCatalogue;
using ServiceDefaults.Problems;

namespace MaintenanceWorker.Cli;

/// <summary>An answer of the worker.</summary>
/// <param name="Value">For programs.</param>
/// <param name="Summary">For people.</param>
/// <param name="NeedsAttention">Whether somebody should look.</param>
internal sealed record OperationAnswer(JsonElement Value, string? Summary, bool NeedsAttention);

/// <summary>Speaks to a running worker.</summary>
internal sealed class OperationsClient : IDisposable
{
    private readonly HttpClient _http;

    public OperationsClient(WorkerAddress worker)
    {
        _http = new() { BaseAddress = worker.Address, Timeout = TimeSpan.FromMinutes(5) };
        _http.DefaultRequestHeaders.Add(OperationHeaders.RequestedThrough, "cli");
        if (worker.ApiKey is { Length: > 0 } key)
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
    }

    /// <summary>Asks for an operation that answers at once.</summary>
    public async Task<OperationAnswer> AnswerAsync(Operation operation, IReadOnlyDictionary<string, string> arguments, CancellationToken cancellationToken)
    {
        var query = string.Join('&', arguments.Select(argument => $"{argument.Key}={Uri.EscapeDataString(argument.Value)}"));
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/ops/{operation.Name}?{query}");
        using var response = await SendAsync(request, cancellationToken);
        return new(await ReadAsync(response, OperationsJson.Default.JsonElement, cancellationToken), SummaryOf(response), AttentionOf(response));
    }

    /// <summary>Asks for an operation that changes something or takes long.</summary>
    public async Task<RunView> RunAsync(Operation operation, IReadOnlyDictionary<string, string> arguments, bool dryRun, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/ops/{operation.Name}");
        request.Headers.Add(OperationHeaders.IdempotencyKey, Guid.CreateVersion7().ToString());
        request.Content = JsonContent.Create(new OperationRequest(arguments, dryRun), OperationsJson.Default.OperationRequest);
        using var response = await SendAsync(request, cancellationToken);
        return await ReadAsync(response, OperationsJson.Default.RunView, cancellationToken);
    }

    public Task<RunView> RunAsync(Guid id, CancellationToken cancellationToken) => GetAsync($"/ops/runs/{id}", OperationsJson.Default.RunView, cancellationToken);

    /// <summary>The lines of a run's log after one that is known, to the last there is now.</summary>
    public async IAsyncEnumerable<RunLogLineView> LogAsync(Guid id, int after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // A page at a time: how long one is, the worker decides.
        while (await GetAsync($"/ops/runs/{id}/log?after={after}", OperationsJson.Default.IReadOnlyListRunLogLineView, cancellationToken) is { Count: > 0 } lines)
        {
            foreach (var line in lines)
                yield return line;
            after = lines[^1].Line;
        }
    }

    public Task<RunPage> RunsAsync(string query, CancellationToken cancellationToken) => GetAsync($"/ops/runs?{query}", OperationsJson.Default.RunPage, cancellationToken);

    public async Task<RunView> CancelAsync(Guid id, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/ops/runs/{id}/cancel");
        using var response = await SendAsync(request, cancellationToken);
        return await ReadAsync(response, OperationsJson.Default.RunView, cancellationToken);
    }

    public void Dispose() => _http.Dispose();

    private async Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        using var response = await SendAsync(request, cancellationToken);
        return await ReadAsync(response, type, cancellationToken);
    }

    private async Task<T> ReadAsync<T>(HttpResponseMessage response, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        try
        {
            return await response.Content.ReadFromJsonAsync(type, cancellationToken) ?? throw new CliException(ExitCode.Failed, "The worker answered nothing.");
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or InvalidOperationException)
        {
            throw new CliException(ExitCode.Unreachable, $"What answers at {_http.BaseAddress} is no worker: its answer ({response.Content.Headers.ContentType?.MediaType ?? "of no type"}) cannot be read. Name a worker with --worker or Worker__Address.");
        }
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        HttpResponseMessage response;
        try
        {
            response = await _http.SendAsync(request, cancellationToken);
        }
        catch (Exception e) when (e is HttpRequestException || (e is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new CliException(ExitCode.Unreachable,
                $"No worker answers at {_http.BaseAddress} ({e.Message}). Start the platform ('dotnet run --project AppHost'), or name a worker with --worker or Worker__Address.");
        }

        if (response.IsSuccessStatusCode)
            return response;
        using (response)
            throw await ProblemAsync(response, cancellationToken);
    }

    private async Task<CliException> ProblemAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var problem = await ProblemOfAsync(response, cancellationToken);
        var detail = problem is HttpValidationProblemDetails invalid ? string.Join(Environment.NewLine, invalid.Errors.SelectMany(error => error.Value))
            : problem?.Detail ?? problem?.Title ?? $"The worker at {_http.BaseAddress} answered {(int)response.StatusCode}.";
        return response.StatusCode switch
        {
            HttpStatusCode.Unauthorized => new(ExitCode.Refused, "The worker does not know this key. Set Worker__ApiKey in the environment; with the AppHost the key is found by itself."),
            HttpStatusCode.Forbidden => new(ExitCode.Refused, detail),
            HttpStatusCode.BadRequest => new(ExitCode.Usage, detail),
            HttpStatusCode.ServiceUnavailable when problem?.Type != ProblemTypes.CommitInDoubt.Uri => new(ExitCode.Unreachable, detail),
            _ => new(ExitCode.Failed, detail),
        };
    }

    private static async Task<ProblemDetails?> ProblemOfAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            return response.StatusCode == HttpStatusCode.BadRequest
                ? await response.Content.ReadFromJsonAsync(OperationsJson.Default.HttpValidationProblemDetails, cancellationToken)
                : await response.Content.ReadFromJsonAsync(OperationsJson.Default.ProblemDetails, cancellationToken);
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string? SummaryOf(HttpResponseMessage response) =>
        response.Headers.TryGetValues(OperationHeaders.Summary, out var values) ? Uri.UnescapeDataString(values.First()) : null;

    private static bool AttentionOf(HttpResponseMessage response) =>
        response.Headers.TryGetValues(OperationHeaders.NeedsAttention, out var values) && values.First() == "true";
}
