using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Aspire.Hosting.Orchestration;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit.Abstractions;

namespace StandIns.Tests.Orchestration;

public sealed class DcpOrchestratorTests(ITestOutputHelper output) : IAsyncLifetime
{
    private DcpOrchestrator _dcp = null!;

    public async Task InitializeAsync()
    {
        var bundle = await RealBundle.Get();
        var watch = Stopwatch.StartNew();
        _dcp = await DcpOrchestrator.StartAsync(bundle, NullLogger.Instance, CancellationToken.None);
        output.WriteLine($"dcp answers after {watch.ElapsedMilliseconds} ms");
    }

    public async Task DisposeAsync() => await _dcp.DisposeAsync();

    [Fact]
    public async Task A_program_runs_speaks_gets_its_ports_filled_in_and_ends_when_told_to()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var (address, port) = await _dcp.CreateServiceAsync("web-http", null, limit.Token);
        var states = new List<DcpExecutableState>();
        var watching = CollectAsync(_dcp.WatchExecutablesAsync(limit.Token), states);
        var lines = new List<DcpLogLine>();

        var watch = Stopwatch.StartNew();
        await _dcp.CreateExecutableAsync(
            Shell("web-abcdefgh", "echo \"to $TO at $AT keeps $KEPT\"; echo trouble >&2; exec sleep 600",
                [new("TO", DcpTemplate.PortFor("web-http") + " x"), new("AT", "port " + DcpTemplate.PortForServing("web-http")), new("KEPT", "a  b")],
                [new DcpProducedService("web-http", null)]),
            limit.Token);
        var logging = CollectAsync(_dcp.StreamLogsAsync("web-abcdefgh", limit.Token), lines);
        await Until.True(() => Snapshot(states).Any(state => state.State == "Running"), "running");
        output.WriteLine($"running after {watch.ElapsedMilliseconds} ms");
        await Until.True(() => Snapshot(lines).Count(line => line.Source != DcpLogSource.System) == 2, "two lines");

        var said = Snapshot(lines).Single(line => line.Source == DcpLogSource.StandardOutput);
        Assert.Matches($"^to {port} x at port [0-9]+ keeps a  b$", said.Text);
        Assert.DoesNotContain($"at port {port} ", said.Text, StringComparison.Ordinal);
        Assert.NotNull(said.At);
        Assert.Equal("localhost", address);
        Assert.Equal("trouble", Snapshot(lines).Single(line => line.Source == DcpLogSource.StandardError).Text);

        var process = Snapshot(states).Last().ProcessId!.Value;
        watch.Restart();
        await _dcp.StopExecutableAsync("web-abcdefgh", limit.Token);
        output.WriteLine($"stopped after {watch.ElapsedMilliseconds} ms");
        Assert.False(Until.Runs(process));
        await _dcp.DeleteExecutableAsync("web-abcdefgh", limit.Token);
        await Until.True(() => Snapshot(states).Any(state => state.Deleted), "deleted");
        await limit.CancelAsync();
        await Task.WhenAll(watching, logging);
    }

    [Fact]
    public async Task Why_a_start_failed_and_how_a_program_ended_is_told()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var states = new List<DcpExecutableState>();
        var watching = CollectAsync(_dcp.WatchExecutablesAsync(limit.Token), states);

        await _dcp.CreateExecutableAsync(Shell("absent-aaaaaaaa", "") with { Path = "/no/such/program" }, limit.Token);
        await _dcp.CreateExecutableAsync(Shell("failing-bbbbbbbb", "echo last words; exit 3"), limit.Token);
        await Until.True(() => Snapshot(states).Any(state => state is { Name: "absent-aaaaaaaa", State: "FailedToStart" }), "failed to start");
        await Until.True(() => Snapshot(states).Any(state => state is { Name: "failing-bbbbbbbb", State: "Finished", ExitCode: 3, FinishedAt: not null }), "finished");

        var absent = new List<DcpLogLine>();
        await CollectAsync(_dcp.StreamLogsAsync("absent-aaaaaaaa", limit.Token), absent);
        Assert.Contains(absent, line => line.Source == DcpLogSource.System && line.Text.Contains("no such file or directory", StringComparison.Ordinal));
        var failing = new List<DcpLogLine>();
        await CollectAsync(_dcp.StreamLogsAsync("failing-bbbbbbbb", limit.Token), failing);
        Assert.Equal(["last words"], failing.Where(line => line.Source == DcpLogSource.StandardOutput).Select(line => line.Text));
        await limit.CancelAsync();
        await watching;
    }

    [Fact]
    public async Task A_port_that_is_taken_is_told_by_its_address_and_a_free_one_leads_to_the_program()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;
        var taken = await Assert.ThrowsAsync<DcpException>(() => _dcp.CreateServiceAsync("web", port, limit.Token));
        Assert.Contains($"http://localhost:{port}", taken.Message, StringComparison.Ordinal);

        // The port a program always listens on stands in for it: the listener of this test.
        var (_, proxy) = await _dcp.CreateServiceAsync("fixed", null, limit.Token);
        await _dcp.CreateExecutableAsync(Shell("fixed-cccccccc", "exec sleep 600", [], [new DcpProducedService("fixed", port)]), limit.Token);
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, proxy, limit.Token);
        using var accepted = await other.AcceptTcpClientAsync(limit.Token);
        Assert.True(accepted.Connected);
    }

    [Theory]
    [InlineData("echo $$; exec sleep 600", 5)]
    [InlineData("trap '' TERM INT; echo $$; while :; do sleep 0.2; done", 7)]
    [InlineData("sleep 600 & echo $!; wait", 7)]
    public async Task The_end_leaves_no_process_and_no_session_folder(string script, int seconds)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var states = new List<DcpExecutableState>();
        var watching = CollectAsync(_dcp.WatchExecutablesAsync(limit.Token), states);
        await _dcp.CreateExecutableAsync(Shell("child-dddddddd", script), limit.Token);
        await Until.True(() => Snapshot(states).Any(state => state.State == "Running"), "running");
        var process = await SaidProcessAsync(_dcp, "child-dddddddd", limit.Token);
        var session = Session();

        var watch = Stopwatch.StartNew();
        await _dcp.DisposeAsync();
        output.WriteLine($"ended after {watch.ElapsedMilliseconds} ms");

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(seconds), $"It took {watch.Elapsed}.");
        Assert.False(Until.Runs(process));
        Assert.False(Directory.Exists(session));
        Assert.DoesNotContain(CommandLines(), line => line.Contains(session, StringComparison.Ordinal));
        await watching;
    }

    [Fact]
    public async Task The_sudden_death_of_the_process_that_started_it_ends_everything_within_ten_seconds()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        using var owner = Process.Start("/bin/sleep", "600");
        var bundle = await RealBundle.Get();
        await using var dcp = await DcpOrchestrator.StartAsync(bundle, owner.Id, NullLogger.Instance, limit.Token);
        var states = new List<DcpExecutableState>();
        var watching = CollectAsync(dcp.WatchExecutablesAsync(limit.Token), states);
        await dcp.CreateExecutableAsync(Shell("orphan-eeeeeeee", "sleep 600 & echo $!; wait"), limit.Token);
        await Until.True(() => Snapshot(states).Any(state => state.State == "Running"), "running");
        var process = await SaidProcessAsync(dcp, "orphan-eeeeeeee", limit.Token);
        var session = Path.GetDirectoryName(dcp.KubeconfigPath)!;

        owner.Kill();
        var watch = Stopwatch.StartNew();
        await Until.True(() => !Until.Runs(process), "what the program started ends", seconds: 10);
        output.WriteLine($"all of it gone after {watch.ElapsedMilliseconds} ms");
        await Until.True(() => !Directory.Exists(session) && !CommandLines().Any(line => line.Contains(session, StringComparison.Ordinal)), "dcp ends", seconds: 10);
        output.WriteLine($"dcp gone after {watch.ElapsedMilliseconds} ms");
        await limit.CancelAsync();
        await watching;
    }

    /// <summary>The process that the program tells of itself or of what it started.</summary>
    private static async Task<int> SaidProcessAsync(DcpOrchestrator dcp, string name, CancellationToken ct)
    {
        await foreach (var line in dcp.StreamLogsAsync(name, ct))
        {
            if (line.Source == DcpLogSource.StandardOutput)
            {
                return int.Parse(line.Text, System.Globalization.CultureInfo.InvariantCulture);
            }
        }

        throw new InvalidOperationException("It said nothing.");
    }

    private string Session() => Path.GetDirectoryName(_dcp.KubeconfigPath)!;

    private static DcpExecutable Shell(
        string name, string script, IReadOnlyList<KeyValuePair<string, string>>? environment = null, IReadOnlyList<DcpProducedService>? produces = null) =>
        new(name, "/bin/sh", Path.GetTempPath(), ["-c", script], environment ?? [], produces ?? []);

    private static async Task CollectAsync<T>(IAsyncEnumerable<T> source, List<T> into)
    {
        try
        {
            await foreach (var item in source)
            {
                lock (into)
                {
                    into.Add(item);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The test has seen enough.
        }
    }

    private static List<T> Snapshot<T>(List<T> list)
    {
        lock (list)
        {
            return [.. list];
        }
    }

    private static IEnumerable<string> CommandLines() => Directory.EnumerateDirectories("/proc").Select(folder =>
    {
        try
        {
            return File.ReadAllText($"{folder}/cmdline");
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    });
}
