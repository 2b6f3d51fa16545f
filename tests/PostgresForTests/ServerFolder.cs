using System.Diagnostics;
using System.Globalization;

namespace PostgresForTests;

/// <summary>
/// A server's random folder, and the shell process that ends the server and deletes the folder when this process closes
/// the shell's standard input, which happens however this process ends.
/// </summary>
internal sealed class ServerFolder : IAsyncDisposable
{
    private const string Watch = """
        trap '' INT TERM HUP
        while read -r _; do :; done
        pid=$(head -n 1 "$1/data/postmaster.pid" 2>/dev/null)
        if [ -n "$pid" ]; then
            kill -INT "$pid" 2>/dev/null
            n=0
            while kill -0 "$pid" 2>/dev/null; do
                n=$((n + 1)); [ $n -ne 100 ] || kill -QUIT "$pid"; [ $n -lt 150 ] || break; sleep 0.05
            done
        fi
        rm -rf "$1"
        """;

    private readonly Process _watchdog;
    private bool _disposed;

    public ServerFolder()
    {
        Path = Directory.CreateTempSubdirectory("cpg-").FullName;
        Data = System.IO.Path.Combine(Path, "data");
        Log = System.IO.Path.Combine(Path, "log");
        // In a session of its own, so that a signal to the test run's group does not end it too.
        string[] command = ["sh", "-c", Watch, "sh", Path];
        if (File.Exists("/usr/bin/setsid"))
            command = ["/usr/bin/setsid", .. command];
        _watchdog = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardInput = true })!;
        AppDomain.CurrentDomain.ProcessExit += OnProcessExit;
    }

    /// <summary>The folder; sockets are made here.</summary>
    public string Path { get; }

    /// <summary>PGDATA.</summary>
    public string Data { get; }

    /// <summary>What the server and initdb write.</summary>
    public string Log { get; }

    /// <summary>The postmaster's pid, or null when none runs.</summary>
    public int? Postmaster => Pid(out var state) is { } pid && state is not null && IsAlive(pid) ? pid : null;

    /// <summary>Whether the server takes connections.</summary>
    public bool IsReady => Pid(out var state) is not null && state == "ready";

    public async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;
        _disposed = true;
        AppDomain.CurrentDomain.ProcessExit -= OnProcessExit;
        _watchdog.StandardInput.Close();
        await _watchdog.WaitForExitAsync();
        _watchdog.Dispose();
    }

    private void OnProcessExit(object? sender, EventArgs e)
    {
        _watchdog.StandardInput.Close();
        _watchdog.WaitForExit(TimeSpan.FromSeconds(10));
    }

    // Line 1 is the pid, line 8 the state ("starting", "ready", "stopping").
    private int? Pid(out string? state)
    {
        state = null;
        try
        {
            var lines = File.ReadAllLines(System.IO.Path.Combine(Data, "postmaster.pid"));
            if (lines.Length >= 8)
                state = lines[7].Trim();
            return lines.Length > 0 && int.TryParse(lines[0], CultureInfo.InvariantCulture, out var pid) ? pid : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static bool IsAlive(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
