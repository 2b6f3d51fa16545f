using System.Diagnostics;
using System.Globalization;

namespace PostgresForTests;

/// <summary>Where a server's things lie.</summary>
internal sealed class ServerFolder : IAsyncDisposable
{
    private readonly GuardedFolder _folder = new("cpg-");

    /// <summary>The folder; sockets are made here.</summary>
    public string Path => _folder.Path;

    /// <summary>PGDATA.</summary>
    public string Data => System.IO.Path.Combine(Path, "data");

    /// <summary>What the server and initdb write.</summary>
    public string Log => System.IO.Path.Combine(Path, "log");

    /// <summary>The postmaster's pid, or null when none runs.</summary>
    public int? Postmaster => Pid(out var state) is { } pid && state is not null && IsAlive(pid) ? pid : null;

    /// <summary>Whether the server takes connections.</summary>
    public bool IsReady => Pid(out var state) is not null && state == "ready";

    public ValueTask DisposeAsync() => _folder.DisposeAsync();

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
