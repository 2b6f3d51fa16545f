using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace ServiceDefaults.Tests;

public class HttpClientTests
{
    [Theory]
    [InlineData("http://mail/name")]
    [InlineData("https+http://mail/name")]
    [InlineData("http://_api.mail/name")]
    public async Task Calls_by_name_go_to_the_configured_servers_in_turn(string address)
    {
        await using var first = await TestService.StartAsync(map: app => app.MapGet("/name", () => "first"));
        await using var second = await TestService.StartAsync(map: app => app.MapGet("/name", () => "second"));
        var section = address.Contains('_', StringComparison.Ordinal) ? "api" : "http";
        await using var caller = await TestService.StartAsync(new()
        {
            [$"services:mail:{section}:0"] = $"{first.Address}",
            [$"services:mail:{section}:1"] = $"http://{second.Address.Authority}",
        });
        var client = caller.NewClient();
        List<string> answers = [];
        for (var i = 0; i < 4; i++)
            answers.Add(await client.GetStringAsync(address));

        Assert.Equal(["first", "second", "first", "second"], answers);
    }

    [Fact]
    public async Task A_name_that_is_not_configured_is_left_to_dns()
    {
        await using var server = await TestService.StartAsync(map: app => app.MapGet("/name", () => "here"));
        await using var caller = await TestService.StartAsync();
        Assert.Equal("here", await caller.NewClient().GetStringAsync($"http://127.0.0.1:{server.Address.Port}/name"));
        Assert.Equal("here", await caller.NewClient().GetStringAsync($"http+https://127.0.0.1:{server.Address.Port}/name"));
    }

    [Fact]
    public async Task A_read_that_fails_in_passing_is_repeated_and_the_other_server_answers()
    {
        await using var dead = await TestService.StartAsync();
        await using var living = await TestService.StartAsync(map: app => app.MapGet("/name", () => "living"));
        await using var caller = await TestService.StartAsync(new()
        {
            ["services:mail:http:0"] = $"{dead.Address}",
            ["services:mail:http:1"] = $"{living.Address}",
        });
        await dead.App.StopAsync();
        Assert.Equal("living", await caller.NewClient().GetStringAsync("http://mail/name"));
    }

    [Fact]
    public async Task A_write_is_never_repeated()
    {
        var (reads, writes) = (0, 0);
        await using var server = await TestService.StartAsync(map: app =>
        {
            app.MapGet("/", () => Interlocked.Increment(ref reads) < 3 ? Results.StatusCode(503) : Results.Ok());
            app.MapPost("/", () => { Interlocked.Increment(ref writes); return Results.StatusCode(503); });
        });
        await using var caller = await TestService.StartAsync();
        Assert.Equal(HttpStatusCode.OK, (await caller.NewClient().GetAsync(server.Address)).StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await caller.NewClient().PostAsync(server.Address, null)).StatusCode);
        Assert.Equal((3, 1), (reads, writes));
    }

    [Fact]
    public async Task A_server_that_never_answers_ends_in_an_error_that_says_so()
    {
        await using var server = await TestService.StartAsync(map: app => app.MapGet("/", (CancellationToken gone) => Task.Delay(Timeout.Infinite, gone)));
        await using var caller = await TestService.StartAsync(new() { ["HttpClient:AttemptTimeout"] = "00:00:00.200", ["HttpClient:Retries"] = "1" });
        var failed = await Assert.ThrowsAsync<HttpRequestException>(() => caller.NewClient().GetAsync(server.Address));
        Assert.Contains("gave no answer within 0.2 s", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_write_to_a_server_that_never_answers_ends_with_the_whole_timeout()
    {
        await using var server = await TestService.StartAsync(map: app => app.MapPost("/", (CancellationToken gone) => Task.Delay(Timeout.Infinite, gone)));
        await using var caller = await TestService.StartAsync(new() { ["HttpClient:Timeout"] = "00:00:01" });
        var failed = await Assert.ThrowsAsync<TaskCanceledException>(() => caller.NewClient().PostAsync(server.Address, null));
        Assert.IsType<TimeoutException>(failed.InnerException);
    }
}
