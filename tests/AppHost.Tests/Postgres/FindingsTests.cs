using AppHost.Postgres.Health;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace AppHost.Tests.Postgres;

/// <summary>What the worker finds, as the cluster's health.</summary>
[Collection(PlatformCollectionDefinition.Name)]
public sealed class FindingsTests(RunningPlatform platform) : IDisposable
{
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromMinutes(2));

    [Fact]
    public async Task However_many_ask_the_worker_reports_once_in_a_while()
    {
        await platform.HealthyAsync("worker", _limit.Token);
        var worker = platform.Application.Services.GetRequiredService<DistributedApplicationModel>().Resources.OfType<ProjectResource>().Single(resource => resource.Name == "worker");
        using var clients = new CountingClients();
        var clock = new StandingClock();
        using var check = new FindingsHealthCheck(
            worker.GetEndpoint("http"), new ParameterResource("key", _ => platform.Data.Secret), clients, platform.Application.ResourceNotifications, clock);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => check.CheckHealthAsync(new(), _limit.Token)));
        Assert.Equal(1, clients.Requests);
        Assert.Single(answers.Select(answer => answer.Description).Distinct());
        Assert.DoesNotContain("answer", answers[0].Description, StringComparison.Ordinal);

        clock.Now += TimeSpan.FromSeconds(14);
        await check.CheckHealthAsync(new(), _limit.Token);
        Assert.Equal(1, clients.Requests);

        clock.Now += TimeSpan.FromSeconds(1);
        await check.CheckHealthAsync(new(), _limit.Token);
        Assert.Equal(2, clients.Requests);
    }

    [Fact]
    public void Every_probe_asks_the_same_check()
    {
        var registration = platform.Application.Services.GetRequiredService<IOptions<HealthCheckServiceOptions>>().Value.Registrations.Single(each => each.Name == "postgres_findings");
        using var one = platform.Application.Services.CreateScope();
        using var other = platform.Application.Services.CreateScope();

        Assert.Same(registration.Factory(one.ServiceProvider), registration.Factory(other.ServiceProvider));
    }

    public void Dispose() => _limit.Dispose();

    private sealed class StandingClock : TimeProvider
    {
        public TimeSpan Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;
    }

    private sealed class CountingClients : DelegatingHandler, IHttpClientFactory
    {
        private int _requests;

        public CountingClients() : base(new SocketsHttpHandler())
        {
        }

        public int Requests => _requests;

        public HttpClient CreateClient(string name) => new(this, disposeHandler: false);

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _requests);
            return base.SendAsync(request, cancellationToken);
        }
    }
}
