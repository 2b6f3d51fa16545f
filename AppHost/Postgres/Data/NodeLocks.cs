using System.Diagnostics;
using System.Globalization;

namespace AppHost.Postgres.Data;

/// <summary>Keeps nodes from being started while something is done to their data.</summary>
internal sealed class NodeLocks : IDisposable
{
    private readonly List<FileStream> _locks = [];

    /// <summary>Takes a node's lock; false when the node, or a server that outlived it for a moment, is running.</summary>
    public bool TryTake(string node)
    {
        try
        {
            _locks.Add(new FileStream(Path.Combine(node, "node.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException)
        {
            return false;
        }

        var postmaster = Path.Combine(node, "data", "postmaster.pid");
        return !File.Exists(postmaster)
            || !int.TryParse(File.ReadLines(postmaster).FirstOrDefault(), NumberStyles.None, CultureInfo.InvariantCulture, out var process)
            || !IsAlive(process);
    }

    public void Dispose() => _locks.ForEach(each => each.Dispose());

    private static bool IsAlive(int process)
    {
        try
        {
            using var found = Process.GetProcessById(process);
            return !found.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
