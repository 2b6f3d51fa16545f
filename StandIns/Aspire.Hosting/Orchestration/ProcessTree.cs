using System.Diagnostics;
using System.Globalization;

namespace Aspire.Hosting.Orchestration;

/// <summary>
/// The processes below some others, remembered while their parents live: dcp asks only the program itself to end, and what that
/// leaves behind it kills 6 s later. Known on Linux only; elsewhere there are none, and dcp's 6 s apply.
/// </summary>
internal sealed class ProcessTree
{
    private readonly Dictionary<int, ulong> _remembered = [];

    public bool AnyAlive => _remembered.Any(process => Read(process.Key) is { Alive: true } now && now.Started == process.Value);

    public void Remember(IEnumerable<int> roots)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        var all = Directory.EnumerateDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? Read(id) : null)
            .OfType<Stat>()
            .Where(stat => stat.Alive)
            .ToLookup(stat => stat.Parent);
        var open = new Queue<int>(roots.Concat(_remembered.Keys));
        while (open.TryDequeue(out var parent))
        {
            foreach (var child in all[parent])
            {
                if (_remembered.TryAdd(child.Id, child.Started))
                {
                    open.Enqueue(child.Id);
                }
            }
        }
    }

    public void Kill()
    {
        foreach (var (id, started) in _remembered)
        {
            if (Read(id) is { Alive: true } now && now.Started == started)
            {
                Kill(id);
            }
        }
    }

    /// <summary>Ends one process and what is below it now.</summary>
    public static void Kill(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            process.Kill(entireProcessTree: true);
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException or AggregateException or System.ComponentModel.Win32Exception)
        {
            // Ended by itself meanwhile.
        }
    }

    /// <summary>What the kernel says of a process; a zombie only waits for somebody to read its exit code.</summary>
    private static Stat? Read(int id)
    {
        try
        {
            // The second field is the name, in parentheses, and may hold anything.
            var text = File.ReadAllText($"/proc/{id}/stat");
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return new Stat(id, int.Parse(fields[1], CultureInfo.InvariantCulture), ulong.Parse(fields[19], CultureInfo.InvariantCulture), fields[0] is not ("Z" or "X"));
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private sealed record Stat(int Id, int Parent, ulong Started, bool Alive);
}
