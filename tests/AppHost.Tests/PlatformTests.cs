using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace AppHost.Tests;

[Collection(PlatformCollectionDefinition.Name)]
public sealed class PlatformTests(RunningPlatform platform) : IDisposable
{
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromMinutes(2));

    [Theory]
    [InlineData("api", "ConversationApi")]
    [InlineData("worker", "MaintenanceWorker")]
    public async Task Each_service_is_healthy_and_says_who_it_is(string resource, string name)
    {
        using var client = platform.Application.CreateHttpClient(resource, "http");

        using var health = await client.GetAsync(new Uri("/health", UriKind.Relative), _limit.Token);
        var identity = await client.GetFromJsonAsync<JsonElement>("/", _limit.Token);

        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
        Assert.Equal(name, identity.GetProperty("name").GetString());
    }

    [Fact]
    public async Task Migrations_end_well_before_the_api_starts()
    {
        var migrations = platform.FirstMigrations;
        var api = await platform.HealthyAsync("api", _limit.Token);

        Assert.Equal(0, migrations.Snapshot.ExitCode);
        Assert.True(migrations.Snapshot.StopTimeStamp <= api.Snapshot.StartTimeStamp,
            $"migrations ended at {migrations.Snapshot.StopTimeStamp:O}, the API started at {api.Snapshot.StartTimeStamp:O}");
    }

    [Theory]
    [InlineData("api")]
    [InlineData("worker")]
    [InlineData("postgres-1")]
    public async Task The_dashboard_has_telemetry_of_each_service(string resource)
    {
        using var dashboard = Dashboard();

        var found = await EventuallyAsync(async () =>
        {
            var known = await dashboard.GetFromJsonAsync<JsonElement>("/api/telemetry/resources", _limit.Token);
            return known.EnumerateArray().Any(each => each.GetProperty("name").GetString() == resource && each.GetProperty("hasMetrics").GetBoolean());
        });

        Assert.True(found, $"no metrics of '{resource}' reached the dashboard");
    }

    [Fact]
    public async Task The_dashboard_has_the_span_of_a_migration_run()
    {
        using var dashboard = Dashboard();

        var found = await EventuallyAsync(async () =>
        {
            var spans = await dashboard.GetStringAsync(new Uri("/api/telemetry/spans?resource=migrations", UriKind.Relative), _limit.Token);
            if (spans.Contains("\"spanId\"", StringComparison.Ordinal))
            {
                return true;
            }

            // Telemetry that cannot be sent within a second is let go, and a migration run has only one span to send.
            await platform.Application.ResourceCommands.ExecuteCommandAsync("migrations", KnownResourceCommands.StartCommand, _limit.Token);
            await platform.Application.ResourceNotifications.WaitForResourceAsync("migrations", KnownResourceStates.TerminalStates, _limit.Token);
            return false;
        });

        Assert.True(found, "no migration run left a span");
    }

    [Fact]
    public async Task A_request_to_the_api_becomes_a_trace_in_the_dashboard()
    {
        using var client = platform.Application.CreateHttpClient("api", "http");
        using var dashboard = Dashboard();
        (await client.GetAsync(new Uri("/", UriKind.Relative), _limit.Token)).Dispose();

        var found = await EventuallyAsync(async () =>
            (await dashboard.GetStringAsync(new Uri("/api/telemetry/spans?resource=api", UriKind.Relative), _limit.Token)).Contains("\"spanId\"", StringComparison.Ordinal));

        Assert.True(found, "the request left no span");
    }

    [Theory]
    [InlineData("/api/telemetry/resources", HttpStatusCode.Unauthorized)]
    [InlineData("/", HttpStatusCode.Found)]
    public async Task The_dashboard_lets_nobody_in_without_a_key_or_login(string path, HttpStatusCode expected)
    {
        using var handler = new HttpClientHandler { AllowAutoRedirect = false };
        using var client = new HttpClient(handler) { BaseAddress = new Uri(platform.DashboardUrl) };

        using var answer = await client.GetAsync(new Uri(path, UriKind.Relative), _limit.Token);

        Assert.Equal(expected, answer.StatusCode);
    }

    [Fact]
    public async Task Restarting_the_worker_by_its_command_gives_a_new_healthy_process()
    {
        var before = await platform.HealthyAsync("worker", _limit.Token);

        var result = await platform.Application.ResourceCommands.ExecuteCommandAsync("worker", KnownResourceCommands.RestartCommand, _limit.Token);
        var after = await platform.Application.ResourceNotifications.WaitForResourceAsync(
            "worker",
            change => change.Snapshot.State?.Text == KnownResourceStates.Running && change.Snapshot.StartTimeStamp > before.Snapshot.StartTimeStamp,
            _limit.Token);
        await platform.HealthyAsync("worker", _limit.Token);

        Assert.True(result.Success, result.ErrorMessage);
        Assert.NotEqual(ProcessIdOf(before), ProcessIdOf(after));
    }

    public void Dispose() => _limit.Dispose();

    private static object? ProcessIdOf(ResourceEvent change) =>
        change.Snapshot.Properties.Single(property => property.Name == "executable.pid").Value;

    private HttpClient Dashboard()
    {
        var client = new HttpClient { BaseAddress = new Uri(platform.DashboardUrl) };
        client.DefaultRequestHeaders.Add("x-api-key", platform.DashboardApiKey);
        return client;
    }

    private async Task<bool> EventuallyAsync(Func<Task<bool>> condition)
    {
        while (!_limit.IsCancellationRequested)
        {
            if (await condition())
            {
                return true;
            }

            await Task.Delay(200, CancellationToken.None);
        }

        return false;
    }
}
