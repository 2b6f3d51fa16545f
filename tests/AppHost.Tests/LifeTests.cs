using System.Diagnostics;

namespace AppHost.Tests;

public sealed class LifeTests : IDisposable
{
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromMinutes(8));
    private readonly DataFolder _data = new();
    private readonly DataFolder _otherData = new();

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task A_signal_ends_the_services_with_the_requests_under_way_and_then_the_database(string signal)
    {
        var (appHost, api) = await StartedAsync();
        await using var ended = appHost;
        // The body is asked for by the endpoint itself: from then on the request is under way.
        using var handler = new SocketsHttpHandler { Expect100ContinueTimeout = TimeSpan.FromMinutes(2) };
        using var client = new HttpClient(handler) { BaseAddress = api, DefaultRequestHeaders = { Authorization = new("Bearer", _data.Secret), ExpectContinue = true } };
        using var mail = new HeldContent("""
            [{"FromFull": {"Email": "ann@example.org"}, "ToFull": [{"Email": "sales@example.com"}], "Subject": "Late", "TextBody": "Just in time.",
              "Date": "Fri, 20 Nov 2026 10:00:00 +0000", "Headers": [{"Name": "Message-ID", "Value": "<late@example.org>"}]}]
            """);
        var sending = client.PostAsync(new Uri("/api/v1/inbound/messages", UriKind.Relative), mail, _limit.Token);
        await mail.Begun.WaitAsync(_limit.Token);

        appHost.Signal(signal);
        await appHost.SaysAsync("Stopping: the services, then the database.", _limit.Token);

        // A database that had been told to end with all others would be gone by the end of it.
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < TimeSpan.FromSeconds(2); await Task.Delay(50, _limit.Token))
        {
            Assert.True(appHost.Processes("/postgres -D").Count >= 2, appHost.Output);
        }

        mail.Release();
        using var answer = await sending;
        Assert.Contains("stored", await answer.Content.ReadAsStringAsync(_limit.Token), StringComparison.Ordinal);
        await appHost.EndedAsync(_limit.Token);
        await NothingRemainsAsync(appHost);

        Assert.Equal(0, appHost.ExitCode);
        Assert.DoesNotContain("not used:", appHost.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Killing_the_AppHost_leaves_no_process()
    {
        var (appHost, _) = await StartedAsync();
        await using var killed = appHost;
        Assert.NotEmpty(appHost.Processes("ConversationApi"));
        Assert.Equal(2, appHost.Processes("/postgres -D").Count);

        appHost.Signal("KILL");
        await NothingRemainsAsync(appHost);
    }

    [Fact]
    public async Task A_second_AppHost_at_the_same_address_says_why_it_does_not_start()
    {
        var address = $"http://localhost:{RunningPlatform.FreePort()}";
        await using var first = AppHostProcess.Start([.. RunningPlatform.Arguments(address, "first"), .. _data.Arguments]);
        await first.SaysAsync("Distributed application started", _limit.Token);

        await using var second = AppHostProcess.Start([.. RunningPlatform.Arguments(address, "second"), .. _otherData.Arguments]);
        await second.EndedAsync(_limit.Token);

        Assert.NotEqual(0, second.ExitCode);
        Assert.Contains($"{address} (dashboard) is taken", second.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", second.Output, StringComparison.Ordinal);
        await NothingRemainsAsync(second);
    }

    [Fact]
    public async Task The_address_with_its_login_is_printed()
    {
        var address = $"http://localhost:{RunningPlatform.FreePort()}";
        await using var appHost = AppHostProcess.Start([.. RunningPlatform.Arguments(address, "key"), .. _data.Arguments]);

        await appHost.SaysAsync($"{address}/login?t=", _limit.Token);
        await appHost.SaysAsync("api answers at http://localhost:", _limit.Token);
        await appHost.SaysAsync("worker answers at http://localhost:", _limit.Token);
    }

    public void Dispose()
    {
        _limit.Dispose();
        _data.Dispose();
        _otherData.Dispose();
    }

    private async Task<(AppHostProcess AppHost, Uri Api)> StartedAsync()
    {
        var appHost = AppHostProcess.Start([.. RunningPlatform.Arguments($"http://localhost:{RunningPlatform.FreePort()}", "key"), .. _data.Arguments]);
        try
        {
            return (appHost, await appHost.ServesAsync(_limit.Token));
        }
        catch
        {
            await appHost.DisposeAsync();
            throw;
        }
    }

    private async Task NothingRemainsAsync(AppHostProcess appHost)
    {
        var clock = Stopwatch.StartNew();
        while (appHost.Remaining() is { Count: > 0 } remaining)
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(60), $"still running:\n{string.Join('\n', remaining)}\n{appHost.Output}");
            await Task.Delay(100, _limit.Token);
        }
    }
}
