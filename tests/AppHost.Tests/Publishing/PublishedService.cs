using System.Collections.Concurrent;
using System.Diagnostics;
using PostgresForTests;

namespace AppHost.Tests.Publishing;

/// <summary>A service as <c>dotnet publish</c> left it, started by hand with nothing but environment variables.</summary>
internal sealed class PublishedService : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _output = new();
    private readonly Process _process;

    private PublishedService(Process process) => _process = process;

    public string Output => string.Join('\n', _output);

    /// <summary>Publishes what was built for these tests.</summary>
    /// <returns>The folder.</returns>
    public static async Task<string> PublishAsync(string project, string folder, CancellationToken cancellationToken)
    {
        var output = Path.Combine(folder, project);
        // This assembly lies in bin/<configuration>/<framework>.
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        using var publish = Process.Start(new ProcessStartInfo("dotnet",
            ["publish", Path.Combine(PostgresBinaries.RepositoryRoot, project, $"{project}.csproj"), "--no-build", "--configuration", configuration, "--output", output, "-p:UseAppHost=false", "--nologo"])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        var said = publish.StandardOutput.ReadToEndAsync(cancellationToken);
        var complained = publish.StandardError.ReadToEndAsync(cancellationToken);
        await publish.WaitForExitAsync(cancellationToken);
        Assert.True(publish.ExitCode == 0, $"{project}: {await said}{await complained}");
        return output;
    }

    public static PublishedService Start(GuardedFolder guard, string folder, string name, IReadOnlyDictionary<string, string> environment)
    {
        var project = new DirectoryInfo(folder).Name;
        var start = new ProcessStartInfo("dotnet", [Path.Combine(folder, $"{project}.dll")]) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        // Nothing of this machine's or this test's configuration.
        foreach (var key in start.Environment.Keys.Where(key => key is not ("PATH" or "HOME" or "DOTNET_ROOT" or "TMPDIR" or "USER" or "LANG")).ToList())
            start.Environment.Remove(key);
        foreach (var (key, value) in environment)
            start.Environment[key] = value;
        var service = new PublishedService(new() { StartInfo = start });
        service._process.OutputDataReceived += (_, line) => service._output.Enqueue(line.Data ?? "");
        service._process.ErrorDataReceived += (_, line) => service._output.Enqueue(line.Data ?? "");
        service._process.Start();
        service._process.BeginOutputReadLine();
        service._process.BeginErrorReadLine();
        File.WriteAllText(Path.Combine(guard.Path, $"{name}.pid"), $"{service._process.Id}\n");
        return service;
    }

    /// <summary>Waits until it is healthy.</summary>
    public async Task HealthyAsync(Uri address, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromSeconds(5) };
        while (true)
        {
            Assert.False(_process.HasExited, Output);
            try
            {
                using var answer = await client.GetAsync(new Uri("/health", UriKind.Relative), cancellationToken);
                if (answer.IsSuccessStatusCode)
                    return;
            }
            catch (Exception notYet) when (notYet is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
            {
            }

            try
            {
                await Task.Delay(50, cancellationToken);
            }
            catch (OperationCanceledException)
            {
                Assert.Fail($"{address} did not become healthy:\n{Output}");
            }
        }
    }

    /// <summary>Waits for its end.</summary>
    public async Task<int> EndedAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        return _process.ExitCode;
    }

    /// <summary>Ends it as an orchestrator does.</summary>
    public async Task<int> StopAsync(CancellationToken cancellationToken)
    {
        using (var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]))
            await kill.WaitForExitAsync(cancellationToken);
        return await EndedAsync(cancellationToken);
    }

    public ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
        return ValueTask.CompletedTask;
    }
}
