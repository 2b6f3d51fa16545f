using System.Diagnostics;

namespace PostgresForTests;

/// <summary>
/// A random temporary folder, and a shell process that interrupts the processes named in it (<c>*.pid</c>,
/// <c>data/postmaster.pid</c>: the pid on the first line), waits for them and deletes the folder. It does so when this
/// process closes the shell's standard input, which happens however this process ends.
/// </summary>
public sealed class GuardedFolder : IAsyncDisposable
{
    private const string Watch = """
        trap '' INT TERM HUP
        while read -r _; do :; done
        for file in "$1"/*.pid "$1/data/postmaster.pid" "$1"/*/data/postmaster.pid; do
            pid=$(head -n 1 "$file" 2>/dev/null)
            [ -n "$pid" ] && kill -INT "$pid" 2>/dev/null && kill -CONT "$pid" && pids="${pids:-} $pid"
        done
        for pid in ${pids:-}; do
            n=0
            while kill -0 "$pid" 2>/dev/null; do
                n=$((n + 1)); [ $n -ne 800 ] || kill -KILL "$pid"; [ $n -lt 900 ] || break; sleep 0.05
            done
        done
        rm -rf "$1"
        """;

    private readonly Process _watchdog;
    private bool _disposed;

    /// <summary>Makes the folder, mode 0700.</summary>
    /// <param name="prefix">What its name begins with; short, since sockets are made in it.</param>
    public GuardedFolder(string prefix)
    {
        Path = Directory.CreateTempSubdirectory(prefix).FullName;
        // In a session of its own, so that a signal to the test run's group does not end it too.
        string[] command = ["sh", "-c", Watch, "sh", Path];
        if (File.Exists("/usr/bin/setsid"))
            command = ["/usr/bin/setsid", .. command];
        _watchdog = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardInput = true })!;
        AppDomain.CurrentDomain.ProcessExit += OnProcessExit;
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>Ends the processes and deletes the folder.</summary>
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
}
