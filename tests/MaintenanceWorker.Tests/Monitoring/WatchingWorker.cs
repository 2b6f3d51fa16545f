using System.Diagnostics;
using System.Text;
using ConversationData.Roles;
using Npgsql;
using PostgresForTests;
using TelemetryForTests;

namespace MaintenanceWorker.Tests.Monitoring;

/// <summary>The worker as a process of its own, with a collector that takes what it sends; it ends with this process, however it ends.</summary>
internal sealed class WatchingWorker : IAsyncDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);
    private readonly GuardedFolder _folder = new("cpw-");
    private readonly StringBuilder _log = new();
    private readonly OtlpReceiver _receiver;
    private readonly Process _process;

    private WatchingWorker(OtlpReceiver receiver, string connectionString, (string Name, string Value)[] settings)
    {
        _receiver = receiver;
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "MaintenanceWorker.dll")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = AppContext.BaseDirectory,
        };
        Address = new($"http://127.0.0.1:{FreePorts.Find(1)[0]}");
        start.Environment["ASPNETCORE_URLS"] = Address.ToString();
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        start.Environment["ApiKeys__Bootstrap"] = WorkerServer.BootstrapKey;
        start.Environment["ConnectionStrings__conversations"] = connectionString;
        start.Environment["OTEL_METRIC_EXPORT_INTERVAL"] = "300";
        foreach (var (name, value) in receiver.Settings)
            start.Environment[name] = value;
        foreach (var (name, value) in Fast.Concat(settings))
            start.Environment[name] = value;
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += Keep;
        _process.ErrorDataReceived += Keep;
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        File.WriteAllText(Path.Combine(_folder.Path, "worker.pid"), $"{_process.Id}\n");
    }

    public Uri Address { get; }

    public int Id => _process.Id;

    public HttpClient Client => field ??= new() { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(30) };

    public string Log
    {
        get { lock (_log) return _log.ToString(); }
    }

    /// <summary>Every export so far.</summary>
    public IReadOnlyList<IReadOnlyList<MetricPoint>> Exports => _receiver.MetricExports;

    /// <summary>The last export.</summary>
    public IReadOnlyList<MetricPoint> Latest => Exports is { Count: > 0 } exports ? exports[^1] : [];

    private static IEnumerable<(string Name, string Value)> Fast =>
        [("Monitoring__Interval", "00:00:01"), ("Monitoring__SlowInterval", "00:00:01"), ("Monitoring__MaxShare", "1"), ("Monitoring__ConnectTimeout", "00:00:02"), ("Monitoring__StatementTimeout", "00:00:02"), ("Health__Cache", "00:00:00")];

    /// <param name="servers">Whose databases the worker watches.</param>
    /// <param name="database">The database's name.</param>
    /// <param name="settings">Environment variables that win over the tests' own.</param>
    public static async Task<WatchingWorker> StartAsync(IReadOnlyList<PostgresServer> servers, string database, params (string Name, string Value)[] settings) =>
        new(await OtlpReceiver.StartAsync(), ConnectionString(servers, database), settings);

    /// <summary>All the servers in one, as role maintenance.</summary>
    public static string ConnectionString(IReadOnlyList<PostgresServer> servers, string database) => new NpgsqlConnectionStringBuilder(servers[0].ConnectionStringFor(database))
    {
        Host = string.Join(',', servers.Select(server => $"127.0.0.1:{server.Port}")),
        Options = $"-c role={DatabaseRoles.Maintenance}",
        IncludeErrorDetail = false,
    }.ConnectionString;

    /// <summary>Waits for an export of numbers that were all collected after this call.</summary>
    public async Task<IReadOnlyList<MetricPoint>> FreshAsync(params PostgresServer[] servers)
    {
        var floor = servers.Select(server => Collections(Latest, server)).ToArray();
        // One collection may be under way already.
        return await UntilAsync("fresh numbers", export => servers.Zip(floor).All(each => Collections(export, each.First) >= each.Second + 2));
    }

    /// <summary>Waits for an export for which something holds.</summary>
    public async Task<IReadOnlyList<MetricPoint>> UntilAsync(string what, Func<IReadOnlyList<MetricPoint>, bool> holds)
    {
        var seen = Math.Max(0, Exports.Count - 1);
        await UntilAsync(what, () => Exports.Skip(seen).Any(holds));
        return Exports.Skip(seen).First(holds);
    }

    public async Task UntilLoggedAsync(string text) => await UntilAsync($"'{text}' in the log", () => Log.Contains(text, StringComparison.Ordinal));

    public async Task UntilAsync(string what, Func<bool> holds)
    {
        var began = Stopwatch.GetTimestamp();
        while (!holds())
        {
            if (Stopwatch.GetElapsedTime(began) > _patience || _process.HasExited)
                throw new TimeoutException($"No {what}{(_process.HasExited ? $": the worker ended with {_process.ExitCode}" : "")}.\n{Log}\n{string.Join('\n', Latest)}");
            await Task.Delay(50);
        }
    }

    /// <summary>Ends the worker as Ctrl+C does.</summary>
    public async Task<int> StopAsync()
    {
        using (var kill = Process.Start("kill", ["-INT", $"{_process.Id}"]))
            await kill.WaitForExitAsync();
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }

    /// <summary>Ends it as a power cut does.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _folder.DisposeAsync();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Client.Dispose();
        await _receiver.DisposeAsync();
    }

    private static double Collections(IReadOnlyList<MetricPoint> export, PostgresServer server) => export
        .Where(point => point.Metric == "conversation_platform.postgresql.collections" && point.Has(("server.port", $"{server.Port}"))).Select(point => point.Value).SingleOrDefault();

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (_log)
            _log.AppendLine(line.Data);
    }
}
