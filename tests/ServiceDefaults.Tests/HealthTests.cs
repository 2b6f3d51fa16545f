using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace ServiceDefaults.Tests;

public class HealthTests
{
    [Theory]
    [InlineData("/health")]
    [InlineData("/alive")]
    public async Task A_sound_service_is_healthy_in_every_environment(string path)
    {
        await using var service = await TestService.StartAsync(new() { ["environment"] = "Production" });
        using var answer = await service.Client.GetAsync(path);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.True(answer.Headers.CacheControl?.NoStore);
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("Healthy", body.GetProperty("status").GetString());
        Assert.Equal("Healthy", body.GetProperty("checks").GetProperty("self").GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_failing_check_makes_the_service_unready_but_leaves_it_alive_and_its_secrets_unsaid()
    {
        await using var service = await TestService.StartAsync(configure: builder => builder.Services.AddHealthChecks()
            .AddCheck("store", () => HealthCheckResult.Unhealthy("Password=hunter2", new InvalidOperationException("Password=hunter2"))));
        using var ready = await service.Client.GetAsync("/health");
        var text = await ready.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Contains("\"store\":{\"status\":\"Unhealthy\"", text, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await service.Client.GetAsync("/alive")).StatusCode);
    }

    [Fact]
    public async Task A_degraded_service_still_takes_traffic()
    {
        await using var service = await TestService.StartAsync(configure: builder => builder.Services.AddHealthChecks()
            .AddCheck("replica", () => HealthCheckResult.Degraded()));
        using var answer = await service.Client.GetAsync("/health");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("Degraded", (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_prober_that_hangs_up_does_not_make_a_slow_check_fail()
    {
        TaskCompletionSource asked = new(), hungUp = new();
        TaskCompletionSource<bool> cancelled = new();
        await using var service = await TestService.StartAsync(
            configure: builder => builder.Services.AddHealthChecks().AddAsyncCheck("slow", async token =>
            {
                asked.TrySetResult();
                await hungUp.Task;
                cancelled.TrySetResult(token.IsCancellationRequested);
                return HealthCheckResult.Healthy();
            }),
            map: app => app.Use(async (context, next) =>
            {
                await using var _ = context.RequestAborted.Register(() => hungUp.TrySetResult());
                await next(context);
            }));
        using var prober = new CancellationTokenSource();

        var probe = service.Client.GetAsync("/health", prober.Token);
        await asked.Task;
        await prober.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => probe);
        Assert.False(await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task A_flood_of_probes_runs_the_checks_once_and_once_more_when_the_answer_is_old()
    {
        var (clock, checks, go) = (new FakeTimeProvider(), 0, new TaskCompletionSource());
        await using var service = await TestService.StartAsync(configure: builder =>
        {
            builder.Services.AddSingleton<TimeProvider>(clock);
            builder.Services.AddHealthChecks().AddAsyncCheck("store", async () =>
            {
                Interlocked.Increment(ref checks);
                await go.Task;
                return HealthCheckResult.Healthy();
            });
        });
        var flood = Enumerable.Range(0, 100).Select(_ => service.Client.GetAsync("/health")).ToArray();
        while (Volatile.Read(ref checks) == 0)
            await Task.Delay(10);
        // Another endpoint is not held up by it.
        Assert.Equal(HttpStatusCode.OK, (await service.Client.GetAsync("/alive")).StatusCode);
        go.SetResult();
        Assert.All(await Task.WhenAll(flood), answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        Assert.Equal(HttpStatusCode.OK, (await service.Client.GetAsync("/health")).StatusCode);
        Assert.Equal(1, checks);

        clock.Advance(TimeSpan.FromSeconds(1));
        await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => service.Client.GetAsync("/health")));
        Assert.Equal(2, checks);
    }

    [Fact]
    public async Task An_answer_of_a_moment_ago_does_not_hide_that_the_service_stops()
    {
        await using var service = await TestService.StartAsync(new() { ["Health:Cache"] = "00:01:00", ["Shutdown:Drain"] = "00:00:05" });
        Assert.Equal(HttpStatusCode.OK, (await service.Client.GetAsync("/health")).StatusCode);
        var stop = service.App.StopAsync();
        while (!service.App.Lifetime.ApplicationStopping.IsCancellationRequested)
            await Task.Delay(10);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await service.Client.GetAsync("/health")).StatusCode);
        await stop;
    }

    [Theory]
    [InlineData(HealthStatus.Unhealthy, HttpStatusCode.ServiceUnavailable)]
    [InlineData(HealthStatus.Degraded, HttpStatusCode.OK)]
    public async Task A_prerequisite_keeps_traffic_off_until_it_is_there_and_is_then_asked_for_no_more(HealthStatus whileUnknown, HttpStatusCode expectedWhileUnknown)
    {
        var (asked, answers) = (0, new Queue<Func<string?>>([() => throw new IOException("It is away."), () => "The schema is missing.", () => null]));
        await using var service = await TestService.StartAsync(new() { ["Health:Cache"] = "00:00:00" }, builder => builder.AddPrerequisite("schema", (_, _) =>
        {
            asked++;
            return Task.FromResult(answers.Dequeue()());
        }, whileUnknown));
        foreach (var expected in new[] { expectedWhileUnknown, HttpStatusCode.ServiceUnavailable, HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.OK })
            Assert.Equal(expected, (await service.Client.GetAsync("/health")).StatusCode);
        Assert.Equal(3, asked);
        Assert.Equal(HttpStatusCode.OK, (await service.Client.GetAsync("/alive")).StatusCode);
    }

    [Fact]
    public async Task With_a_port_of_its_own_health_answers_there_and_nowhere_else()
    {
        var port = FreePort();
        await using var service = await TestService.StartAsync(new() { ["Health:Port"] = $"{port}" });
        Assert.NotEqual(port, service.Address.Port);
        Assert.Equal(HttpStatusCode.NotFound, (await service.Client.GetAsync("/health")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await service.Client.GetAsync($"http://127.0.0.1:{port}/health")).StatusCode);

        using var disguised = new HttpRequestMessage(HttpMethod.Get, "/alive") { Headers = { Host = $"127.0.0.1:{port}" } };
        Assert.Equal(HttpStatusCode.NotFound, (await service.Client.SendAsync(disguised)).StatusCode);
    }

    [Fact]
    public async Task A_port_that_is_none_stops_the_start_with_the_reason()
    {
        var refused = await Assert.ThrowsAnyAsync<Exception>(() => TestService.StartAsync(new() { ["Health:Port"] = "70000" }));
        Assert.Contains("65535", refused.ToString(), StringComparison.Ordinal);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
