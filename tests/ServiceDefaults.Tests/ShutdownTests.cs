using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace ServiceDefaults.Tests;

public class ShutdownTests
{
    [Fact]
    public async Task A_request_in_progress_is_finished_before_the_service_ends()
    {
        var arrived = new TaskCompletionSource();
        await using var service = await TestService.StartAsync(map: app => app.MapGet("/slow", async (IHostApplicationLifetime lifetime) =>
        {
            arrived.SetResult();
            await Stopping(lifetime);
            await Task.Delay(300);
            return "finished";
        }));
        var request = service.Client.GetStringAsync("/slow");
        await arrived.Task;
        var stop = service.App.StopAsync();
        Assert.Equal("finished", await request);
        await stop;
        await Assert.ThrowsAsync<HttpRequestException>(() => service.Client.GetStringAsync("/health"));
    }

    [Fact]
    public async Task A_stopping_service_is_alive_but_not_ready_and_still_answers_while_it_drains()
    {
        await using var service = await TestService.StartAsync(
            new() { ["Shutdown:Drain"] = "00:00:05" }, map: app => app.MapGet("/", () => "served"));
        var stop = service.App.StopAsync();
        await Stopping(service.App.Lifetime);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await service.Client.GetAsync("/health")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await service.Client.GetAsync("/alive")).StatusCode);
        Assert.Equal("served", await service.Client.GetStringAsync("/"));
        await stop;
    }

    [Fact]
    public async Task Readiness_turns_when_stopping_begins()
    {
        await using var service = await TestService.StartAsync();
        var checks = service.App.Services.GetRequiredService<HealthCheckService>();
        Assert.Equal(HealthStatus.Healthy, (await checks.CheckHealthAsync()).Status);
        service.App.Lifetime.StopApplication();
        Assert.Equal(HealthStatus.Unhealthy, (await checks.CheckHealthAsync()).Status);
    }

    [Theory]
    [InlineData(null, 10)]
    [InlineData("00:00:25", 25)]
    public async Task The_time_to_finish_is_ten_seconds_unless_configured(string? configured, int seconds)
    {
        await using var service = await TestService.StartAsync(configured is null ? null : new() { ["Shutdown:Timeout"] = configured });
        Assert.Equal(TimeSpan.FromSeconds(seconds), service.App.Services.GetRequiredService<IOptions<HostOptions>>().Value.ShutdownTimeout);
    }

    [Fact]
    public async Task A_drain_as_long_as_the_timeout_stops_the_start_with_the_reason()
    {
        var refused = await Assert.ThrowsAsync<OptionsValidationException>(() => TestService.StartAsync(new() { ["Shutdown:Drain"] = "00:00:10" }));
        Assert.Contains("Shutdown:Drain", refused.Message, StringComparison.Ordinal);
    }

    private static Task Stopping(IHostApplicationLifetime lifetime)
    {
        var stopping = new TaskCompletionSource();
        lifetime.ApplicationStopping.Register(stopping.SetResult);
        return stopping.Task;
    }
}
