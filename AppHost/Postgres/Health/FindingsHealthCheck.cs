using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AppHost.Postgres.Health;

/// <summary>What the worker finds wrong with the database, as the cluster's health, which no service waits for. A worker that does not answer has no opinion.</summary>
/// <remarks>Whoever watches the cluster's health asks several times a second while it is degraded, and each report asks every server: an answer holds for a while.</remarks>
internal sealed class FindingsHealthCheck(EndpointReference worker, ParameterResource apiKey, IHttpClientFactory clients, ResourceNotificationService notifications, TimeProvider time)
    : IHealthCheck, IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan _validity = TimeSpan.FromSeconds(15);
    private readonly SemaphoreSlim _turn = new(1);
    private (HealthCheckResult Result, long At)? _last;

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        // Before it runs its address is taken already, by a proxy that lets callers wait.
        if (!IsRunning())
        {
            return HealthCheckResult.Healthy("The worker does not run yet.");
        }

        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (_last is not { } last || time.GetElapsedTime(last.At) >= _validity)
            {
                _last = last = (await AskAsync(cancellationToken), time.GetTimestamp());
            }

            return last.Result;
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private async Task<HealthCheckResult> AskAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_patience);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(new Uri(worker.Url), "/ops/health-report?brief=true"));
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await apiKey.GetValueAsync(limit.Token));
            using var client = clients.CreateClient();
            using var response = await client.SendAsync(request, limit.Token);
            var report = response.IsSuccessStatusCode ? await response.Content.ReadFromJsonAsync(FindingsJson.Default.FindingsReport, limit.Token) : null;
            return Judge(report);
        }
        catch (Exception silent) when (silent is HttpRequestException or IOException or JsonException or NotSupportedException || (silent is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return HealthCheckResult.Healthy("The worker does not answer.");
        }
    }

    private bool IsRunning() => worker.IsAllocated
        && notifications.TryGetCurrentState(worker.Resource.Name, out var state) && state.Snapshot.State?.Text == KnownResourceStates.Running;

    private static HealthCheckResult Judge(FindingsReport? report)
    {
        var findings = report?.Findings.Where(finding => finding.Severity != "Info").Select(finding => finding.Message).ToArray();
        return findings switch
        {
            null => HealthCheckResult.Healthy("The worker gives no report."),
            [] => HealthCheckResult.Healthy("The worker finds nothing wrong."),
            _ => HealthCheckResult.Degraded(string.Join("; ", findings)),
        };
    }
}

/// <summary>The worker's health report, as far as it is shown here.</summary>
internal sealed record FindingsReport(IReadOnlyList<ReportedFinding> Findings);

/// <summary>One of its findings.</summary>
internal sealed record ReportedFinding(string Severity, string Message);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(FindingsReport))]
internal sealed partial class FindingsJson : JsonSerializerContext;
