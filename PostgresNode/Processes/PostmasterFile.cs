using System.Globalization;

namespace PostgresNode.Processes;

/// <summary>postmaster.pid: line 1 is the pid, line 8 the state.</summary>
/// <param name="Pid">The postmaster.</param>
/// <param name="State">starting, ready, standby (in recovery, not yet consistent) or stopping.</param>
internal sealed record PostmasterFile(int Pid, string State)
{
    public bool IsReady => State == "ready";

    /// <summary>Null when there is none, or it is being written.</summary>
    public static PostmasterFile? Read(string path)
    {
        try
        {
            var lines = File.ReadAllLines(path);
            return lines.Length > 0 && int.TryParse(lines[0], CultureInfo.InvariantCulture, out var pid)
                ? new(pid, lines.Length >= 8 ? lines[7].Trim() : "") : null;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
