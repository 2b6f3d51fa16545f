using System.Diagnostics;

namespace Benchmarks.Measuring;

/// <summary>What some load came to.</summary>
/// <param name="Rate">Requests a second.</param>
/// <param name="Cost">Seconds of processor time for one request, over all processes that took part.</param>
internal readonly record struct Measurement(double Rate, double Cost)
{
    /// <summary>The better of each.</summary>
    public Measurement Best(Measurement other) => new(Math.Max(Rate, other.Rate), Cost == 0 ? other.Cost : Math.Min(Cost, other.Cost));

    /// <summary>Measures a load that says how many requests it made.</summary>
    public static async Task<Measurement> OfAsync(int[] processes, Func<Task<long>> load)
    {
        var (before, started) = (ProcessorTime.Of(processes), Stopwatch.GetTimestamp());
        var requests = await load();
        var (elapsed, after) = (Stopwatch.GetElapsedTime(started), ProcessorTime.Of(processes));
        return new(requests / elapsed.TotalSeconds, (after - before) / requests);
    }
}
