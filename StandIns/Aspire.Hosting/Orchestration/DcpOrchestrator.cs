using System.Diagnostics;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Orchestration;

/// <summary>Runs programs and the proxies in front of them by the real dcp, which ends them all when this process ends, however it ends.</summary>
internal sealed partial class DcpOrchestrator : IAsyncDisposable
{
    private static readonly TimeSpan _addressLimit = TimeSpan.FromSeconds(15);
    private readonly DcpServer _server;
    private readonly DcpClient _client;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _ending = new();
    private int _disposed;

    private DcpOrchestrator(DcpServer server, ILogger logger)
    {
        _server = server;
        _client = new DcpClient(server.Connection);
        _logger = logger;
    }

    /// <summary>Inside the private session folder.</summary>
    internal string KubeconfigPath => _server.KubeconfigPath;

    /// <exception cref="DcpException">It ended at once or did not answer.</exception>
    public static Task<DcpOrchestrator> StartAsync(AspireBundle bundle, ILogger logger, CancellationToken ct) =>
        StartAsync(bundle, Environment.ProcessId, logger, ct);

    /// <summary>The same for another owner: everything ends with that process.</summary>
    internal static async Task<DcpOrchestrator> StartAsync(AspireBundle bundle, int owner, ILogger logger, CancellationToken ct)
    {
        var watch = Stopwatch.StartNew();
        var server = await DcpServer.StartAsync(bundle.DcpPath, owner, ct);
        LogStarted(logger, watch.ElapsedMilliseconds);
        return new DcpOrchestrator(server, logger);
    }

    /// <summary>Makes an address that stays the same whatever runs behind it; until something does, connections to it hang.</summary>
    /// <param name="name">Unique; what <see cref="DcpProducedService"/> refers to.</param>
    /// <param name="port">The port to listen on, or null for a free one.</param>
    /// <param name="ct">Stops the waiting.</param>
    /// <exception cref="DcpException">The port is taken, or there was no address in time.</exception>
    public async Task<(string Address, int Port)> CreateServiceAsync(string name, int? port, CancellationToken ct)
    {
        if (port is { } wanted && IsTaken(wanted))
        {
            throw Taken(name, wanted);
        }

        var service = new ServiceObject(DcpClient.ApiVersion, "Service", new DcpMetadata(name), new ServiceSpec("TCP", "Localhost", port));
        await _client.CreateAsync("services", service, DcpJson.Default.ServiceObject, ct);
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < _addressLimit)
        {
            var status = (await _client.GetAsync($"services/{name}", DcpJson.Default.ServiceObject, ct))?.Status;
            if (status is { EffectiveAddress.Length: > 0, EffectivePort: > 0 })
            {
                return (status.EffectiveAddress, status.EffectivePort.Value);
            }

            await Task.Delay(20, ct);
        }

        // dcp itself never says so: it goes on trying for the port in silence.
        await _client.DeleteAsync($"services/{name}", ct);
        throw port is { } refused && IsTaken(refused) ? Taken(name, refused) : new DcpException($"The orchestrator gave the service '{name}' no address within {_addressLimit.TotalSeconds:0} s.");
    }

    public Task CreateExecutableAsync(DcpExecutable spec, CancellationToken ct)
    {
        ProducedService[] produced = [.. spec.Produces.Select(service => new ProducedService(service.ServiceName, "127.0.0.1", service.Port))];
        var annotations = produced.Length == 0
            ? null
            : new Dictionary<string, string> { ["service-producer"] = JsonSerializer.Serialize(produced, DcpJson.Default.ProducedServiceArray) };
        var executable = new ExecutableObject(
            DcpClient.ApiVersion,
            "Executable",
            new DcpMetadata(spec.Name, annotations),
            new ExecutableSpec(
                spec.Path,
                spec.WorkingDirectory,
                "Process",
                spec.Arguments,
                [.. spec.Environment.Select(variable => new NameValue(variable.Key, variable.Value))],
                new AmbientEnvironment(spec.InheritEnvironment ? "Inherit" : "DoNotInherit"),
                Stop: null));
        return _client.CreateAsync("executables", executable, DcpJson.Default.ExecutableObject, ct);
    }

    /// <summary>Ends the program: SIGTERM, and after 6 s SIGKILL, then also to what it started and left behind. It cannot be started again, only deleted. Nothing happens when there is none.</summary>
    public async Task StopExecutableAsync(string name, CancellationToken ct)
    {
        if (!await _client.PatchAsync($"executables/{name}", new StopPatch(new StopSpec(true)), DcpJson.Default.StopPatch, ct))
        {
            return;
        }

        while (await FindAsync(name, ct) is { HasEnded: false } state && IsAlive(state))
        {
            await Task.Delay(30, ct);
        }
    }

    /// <summary>Ends the program if it still runs and forgets it, its logs included; its name is free afterwards.</summary>
    public async Task DeleteExecutableAsync(string name, CancellationToken ct)
    {
        if (await _client.DeleteAsync($"executables/{name}", ct))
        {
            while (await FindAsync(name, ct) is not null)
            {
                await Task.Delay(30, ct);
            }
        }
    }

    /// <summary>Every change of every executable, beginning with all there are; ends with the orchestrator.</summary>
    public async IAsyncEnumerable<DcpExecutableState> WatchExecutablesAsync([EnumeratorCancellation] CancellationToken ct)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(ct, _ending.Token);
        await foreach (var state in new DcpWatch(_client).ReadAsync(ending.Token))
        {
            yield return state;
        }
    }

    /// <summary>All lines of one executable, old and new, its three sources merged; ends some 5 s after its end or its deletion, or with the orchestrator.</summary>
    public async IAsyncEnumerable<DcpLogLine> StreamLogsAsync(string name, [EnumeratorCancellation] CancellationToken ct)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(ct, _ending.Token);
        await foreach (var line in new DcpLogs(_client, name).ReadAsync(ending.Token))
        {
            yield return line;
        }
    }

    /// <summary>Ends every program, the proxies and dcp itself: within 3 s, or 5 s when a program, or one that it started, does not end when asked to.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        var watch = Stopwatch.StartNew();
        await _ending.CancelAsync();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(3.5));
        IReadOnlyList<DcpExecutableState> left = [];
        var below = new ProcessTree();
        try
        {
            left = await RunningAsync(limit.Token);
            below.Remember(left.Select(state => state.ProcessId!.Value));
            await _client.PatchAsync("/admin/execution", new ExecutionPatch("Stopping", "Full"), DcpJson.Default.ExecutionPatch, limit.Token);
            while (left.Any(IsAlive) || below.AnyAlive)
            {
                below.Remember([]);
                await Task.Delay(30, limit.Token);
            }
        }
        catch (Exception failure) when (failure is OperationCanceledException or HttpRequestException or DcpException)
        {
            LogStopFailed(_logger, failure.Message);
        }

        foreach (var state in left.Where(IsAlive))
        {
            LogKilled(_logger, state.Name);
            ProcessTree.Kill(state.ProcessId!.Value);
        }

        below.Kill();

        await _server.EndAsync(TimeSpan.FromSeconds(4.2) - watch.Elapsed);
        _client.Dispose();
        _ending.Dispose();
        LogStopped(_logger, watch.ElapsedMilliseconds);
    }

    private async Task<DcpExecutableState?> FindAsync(string name, CancellationToken ct) =>
        await _client.GetAsync($"executables/{name}", DcpJson.Default.ExecutableObject, ct) is { } found ? DcpExecutableState.From(found) : null;

    private async Task<IReadOnlyList<DcpExecutableState>> RunningAsync(CancellationToken ct) =>
        [.. (await _client.GetAsync("executables", DcpJson.Default.ExecutableList, ct))!.Items.Select(item => DcpExecutableState.From(item)).Where(state => !state.HasEnded && state.ProcessId is not null)];

    /// <summary>Whether its process still runs; a number that went to another process meanwhile is told by its start.</summary>
    private static bool IsAlive(DcpExecutableState state)
    {
        if (state.ProcessId is not { } id)
        {
            return !state.HasEnded;
        }

        try
        {
            using var process = Process.GetProcessById(id);
            return !process.HasExited && (state.StartedAt is not { } started || (process.StartTime.ToUniversalTime() - started.UtcDateTime).Duration() < TimeSpan.FromSeconds(30));
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private static DcpException Taken(string name, int port) =>
        new($"The service '{name}' is to listen on http://localhost:{port}, which another program uses already: end that program, or give the service another port.");

    private static bool IsTaken(int port) => PortProbe.IsTaken(IPAddress.Loopback, port);

    [LoggerMessage(LogLevel.Debug, "The orchestrator answers after {Milliseconds} ms")]
    private static partial void LogStarted(ILogger logger, long milliseconds);

    [LoggerMessage(LogLevel.Debug, "The orchestrator ended after {Milliseconds} ms")]
    private static partial void LogStopped(ILogger logger, long milliseconds);

    [LoggerMessage(LogLevel.Debug, "The orchestrator's shutdown was cut short: {Reason}")]
    private static partial void LogStopFailed(ILogger logger, string reason);

    [LoggerMessage(LogLevel.Warning, "{Name} did not end when asked to and was killed")]
    private static partial void LogKilled(ILogger logger, string name);
}
