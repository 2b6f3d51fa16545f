using System.Globalization;

namespace Benchmarks.Measuring;

/// <summary>
/// Processor time of processes and their children, those that have ended included. Other work on the machine takes from what
/// is done in a second, but hardly adds to what a request costs.
/// </summary>
internal static class ProcessorTime
{
    private const double TicksPerSecond = 100;

    /// <summary>Seconds so far of all these processes and their children.</summary>
    public static double Of(params int[] processes) => Directory.GetDirectories("/proc").Select(folder => Path.GetFileName(folder))
        .Where(name => char.IsAsciiDigit(name[0])).Select(Read).OfType<Usage>()
        .Where(usage => processes.Contains(usage.Id) || processes.Contains(usage.Parent))
        .Sum(usage => usage.Own + usage.Ended);

    private static Usage? Read(string process)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{process}/stat");
            // The name may hold spaces and brackets; the state comes right after it.
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            double Seconds(int first) => fields.Skip(first).Take(2).Sum(ticks => long.Parse(ticks, CultureInfo.InvariantCulture)) / TicksPerSecond;
            return new(int.Parse(process, CultureInfo.InvariantCulture), int.Parse(fields[1], CultureInfo.InvariantCulture), Seconds(11), Seconds(13));
        }
        catch (IOException)
        {
            return null;
        }
    }

    private sealed record Usage(int Id, int Parent, double Own, double Ended);
}
