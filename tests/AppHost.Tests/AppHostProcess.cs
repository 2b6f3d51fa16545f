using System.Collections.Concurrent;
using System.Diagnostics;

namespace AppHost.Tests;

/// <summary>An AppHost as a process of its own, as a user runs it; every process that comes of it can be found by a mark in its environment.</summary>
internal sealed class AppHostProcess : IAsyncDisposable
{
    private const string Mark = "CONVERSATION_PLATFORM_TEST_RUN";
    private const string DataDir = "--Postgres:DataDir=";
    private readonly string _run = Guid.NewGuid().ToString("N");
    private readonly string? _data;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly Process _process;

    private AppHostProcess(string[] arguments)
    {
        _data = arguments.LastOrDefault(argument => argument.StartsWith(DataDir, StringComparison.Ordinal))?[DataDir.Length..];
        var start = new ProcessStartInfo("dotnet", [typeof(Projects.AppHost).Assembly.Location, .. arguments])
        {
            WorkingDirectory = Projects.AppHost.ProjectPath, RedirectStandardOutput = true, RedirectStandardError = true,
            Environment = { [Mark] = _run, ["DOTNET_ENVIRONMENT"] = "Development" },
        };
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => _output.Enqueue(line.Data ?? "");
        _process.ErrorDataReceived += (_, line) => _output.Enqueue(line.Data ?? "");
    }

    public int Id => _process.Id;
    public int ExitCode => _process.ExitCode;
    public bool HasEnded => _process.HasExited;
    public string Output => string.Join('\n', _output);

    public static AppHostProcess Start(params string[] arguments)
    {
        var appHost = new AppHostProcess(arguments);
        appHost._process.Start();
        appHost._process.BeginOutputReadLine();
        appHost._process.BeginErrorReadLine();
        return appHost;
    }

    public async Task SaysAsync(string text, CancellationToken cancellationToken)
    {
        while (!Output.Contains(text, StringComparison.Ordinal))
        {
            Assert.False(_process.HasExited, $"the AppHost ended before it said '{text}':\n{Output}");
            await Task.Delay(100, cancellationToken);
        }
    }

    /// <summary>Waits until the API answers that it is healthy: by then everything runs.</summary>
    /// <returns>Its address.</returns>
    public async Task<Uri> ServesAsync(CancellationToken cancellationToken)
    {
        const string Announcement = "api answers at ";
        await SaysAsync(Announcement, cancellationToken);
        var address = Output[(Output.IndexOf(Announcement, StringComparison.Ordinal) + Announcement.Length)..].Split('\n')[0].Trim();
        using var client = new HttpClient { BaseAddress = new Uri(address), Timeout = TimeSpan.FromSeconds(2) };
        while (true)
        {
            Assert.False(HasEnded, $"the AppHost ended before the API was healthy:\n{Output}");
            try
            {
                using var health = await client.GetAsync(new Uri("/health", UriKind.Relative), cancellationToken);
                if (health.IsSuccessStatusCode)
                {
                    return client.BaseAddress;
                }
            }
            catch (Exception notYet) when (notYet is HttpRequestException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
            {
                // The orchestrator's proxy answers before the API does.
            }

            await Task.Delay(100, cancellationToken);
        }
    }

    public Task EndedAsync(CancellationToken cancellationToken) => _process.WaitForExitAsync(cancellationToken);

    public void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", $"{Id}"]);
        kill.WaitForExit();
    }

    /// <summary>The processes that came of this AppHost and still run.</summary>
    public IReadOnlyList<string> Remaining() =>
    [
        .. Directory.EnumerateDirectories("/proc")
            .Where(directory => int.TryParse(Path.GetFileName(directory), out _) && Carries(directory))
            .Select(directory => $"{Path.GetFileName(directory)} {Read(Path.Combine(directory, "cmdline")).Replace('\0', ' ')}"),
    ];

    /// <summary>The running processes of this AppHost whose command line has the given text.</summary>
    public IReadOnlyList<int> Processes(string text, string? except = null) =>
    [
        .. Remaining().Where(process => process.Contains(text, StringComparison.Ordinal) && (except is null || !process.Contains(except, StringComparison.Ordinal)))
            .Select(process => int.Parse(process.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture)),
    ];

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            Signal("TERM");
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            try
            {
                await _process.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill(entireProcessTree: true);
            }
        }

        _process.Dispose();
    }

    // postgres writes its title over its environment; it is known by its data.
    private bool Carries(string directory) =>
        Read(Path.Combine(directory, "environ")).Contains($"{Mark}={_run}", StringComparison.Ordinal)
        || (_data is not null && Path.GetFileName(directory) != $"{Id}" && Read(Path.Combine(directory, "cmdline")).Contains(_data, StringComparison.Ordinal));

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
