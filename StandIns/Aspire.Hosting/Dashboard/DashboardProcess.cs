using System.Diagnostics;
using System.Net;
using Aspire.Hosting.Orchestration;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Dashboard;

/// <summary>The running dashboard; it ends with this process, also when this process is killed.</summary>
internal sealed partial class DashboardProcess : IAsyncDisposable
{
    private static readonly TimeSpan _startLimit = TimeSpan.FromSeconds(60);
    private readonly Process _process;
    private readonly ILogger _logger;
    private readonly string? _browserToken;
    private volatile bool _ending;
    private string _lastError = "";

    private DashboardProcess(Process process, string? browserToken, ILogger logger)
    {
        _process = process;
        _browserToken = browserToken;
        _logger = logger;
    }

    public int ProcessId => _process.Id;

    /// <summary>Completes when it has ended, for whatever reason; nothing starts it again.</summary>
    public Task Ended => _process.WaitForExitAsync();

    /// <exception cref="DashboardException">An address is taken or unsafe, or it did not answer.</exception>
    public static async Task<DashboardProcess> StartAsync(AspireBundle bundle, DashboardOptions options, ILogger logger, CancellationToken ct)
    {
        Check(options);
        var watch = Stopwatch.StartNew();
        var start = new ProcessStartInfo(bundle.DashboardPath, ["dashboard"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            CreateNoWindow = true,
            WorkingDirectory = Path.GetDirectoryName(bundle.DashboardPath),
        };
        foreach (var foreign in start.Environment.Keys.Where(IsForeign).ToList())
        {
            start.Environment.Remove(foreign);
        }

        foreach (var (name, value) in options.ToEnvironment())
        {
            start.Environment[name] = value;
        }

        start.Environment["ASPIRE_CLI_PID"] = $"{Environment.ProcessId}";
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        start.Environment["LOGGING__CONSOLE__FORMATTERNAME"] = "simple";
        start.Environment["LOGGING__CONSOLE__FORMATTEROPTIONS__SINGLELINE"] = "true";

        var process = new Process { StartInfo = start };
        var dashboard = new DashboardProcess(process, options.BrowserToken, logger);
        process.OutputDataReceived += (_, line) => dashboard.Forward(line.Data, isError: false);
        process.ErrorDataReceived += (_, line) => dashboard.Forward(line.Data, isError: true);
        try
        {
            process.Start();
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            await dashboard.AnswersAsync(options, ct);
        }
        catch (System.ComponentModel.Win32Exception failure)
        {
            process.Dispose();
            throw new DashboardException($"The dashboard {bundle.DashboardPath} cannot be started: {failure.Message}", failure);
        }
        catch
        {
            await dashboard.DisposeAsync();
            throw;
        }

        LogStarted(logger, watch.ElapsedMilliseconds);
        return dashboard;
    }

    /// <summary>From now on its complaints are not worth a warning: the application is ending.</summary>
    public void ExpectEnd() => _ending = true;

    /// <summary>Ends it at once: it keeps nothing that could be lost.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            _process.Kill(entireProcessTree: true);
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(2));
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (Exception ended) when (ended is InvalidOperationException or OperationCanceledException)
        {
            // Not running any more, or its end cannot be awaited.
        }

        _process.Dispose();
    }

    private static void Check(DashboardOptions options)
    {
        foreach (var address in options.Addresses)
        {
            if (address.Scheme == Uri.UriSchemeHttp && !options.AllowUnsecured)
            {
                throw new DashboardException($"The dashboard is to listen on {address}, which is not encrypted: use https, or allow it with ASPIRE_ALLOW_UNSECURED_TRANSPORT=true.");
            }

            if (IsTaken(address))
            {
                throw Taken(address);
            }
        }
    }

    private async Task AnswersAsync(DashboardOptions options, CancellationToken ct)
    {
        var watch = Stopwatch.StartNew();
        var waiting = options.Addresses.ToList();
        while (watch.Elapsed < _startLimit)
        {
            if (_process.HasExited)
            {
                await _process.WaitForExitAsync(ct);
                throw options.Addresses.FirstOrDefault(IsTaken) is { } taken
                    ? Taken(taken)
                    : new DashboardException($"The dashboard ended with exit code {_process.ExitCode}: {_lastError}");
            }

            if (await PortProbe.AcceptsAsync(Host(waiting[0]), waiting[0].Port, ct))
            {
                waiting.RemoveAt(0);
                if (waiting.Count == 0)
                {
                    return;
                }
            }
            else
            {
                await Task.Delay(50, ct);
            }
        }

        throw new DashboardException($"The dashboard did not answer at {options.FrontendUrls[0]} within {_startLimit.TotalSeconds:0} s: {_lastError}");
    }

    private void Forward(string? line, bool isError)
    {
        if (string.IsNullOrWhiteSpace(line))
        {
            return;
        }

        if (!string.IsNullOrEmpty(_browserToken))
        {
            // It prints its login address, and a log is no place for a token.
            line = line.Replace(_browserToken, "***", StringComparison.Ordinal);
        }

        if (isError || line.StartsWith("fail:", StringComparison.Ordinal) || line.StartsWith("crit:", StringComparison.Ordinal) || line.StartsWith("Unhandled", StringComparison.Ordinal))
        {
            _lastError = line;
            if (_ending)
            {
                // That its connection to us is gone now is no news.
                LogLine(_logger, line);
            }
            else
            {
                LogError(_logger, line);
            }
        }
        else
        {
            LogLine(_logger, line);
        }
    }

    /// <summary>Settings of this process's own application, which would reach the dashboard as its own.</summary>
    private static bool IsForeign(string name) =>
        name.StartsWith("DASHBOARD__", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("ASPIRE_", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("DOTNET_DASHBOARD_", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("DOTNET_RESOURCE_SERVICE_", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("ASPNETCORE_", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("KESTREL__", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("LOGGING__", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("OTEL_", StringComparison.OrdinalIgnoreCase)
        || name is "DOTNET_ENVIRONMENT" or "DOTNET_LAUNCH_PROFILE" or "URLS";

    private static bool IsTaken(Uri address) => PortProbe.IsTaken(Host(address), address.Port);

    private static IPAddress Host(Uri address) =>
        !IPAddress.TryParse(address.Host.Trim('[', ']'), out var literal) || literal.Equals(IPAddress.Any) ? IPAddress.Loopback
        : literal.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback
        : literal;

    private static DashboardException Taken(Uri address) =>
        new($"The dashboard cannot listen on {address.GetLeftPart(UriPartial.Authority)}, which another program uses already: end that program (another start of this application?) or change the address in the launch settings.");

    [LoggerMessage(LogLevel.Debug, "The dashboard answers after {Milliseconds} ms")]
    private static partial void LogStarted(ILogger logger, long milliseconds);

    [LoggerMessage(LogLevel.Debug, "{Line}")]
    private static partial void LogLine(ILogger logger, string line);

    [LoggerMessage(LogLevel.Warning, "{Line}")]
    private static partial void LogError(ILogger logger, string line);
}
