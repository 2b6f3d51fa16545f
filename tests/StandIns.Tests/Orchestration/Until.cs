using System.Diagnostics;

namespace StandIns.Tests.Orchestration;

internal static class Until
{
    /// <summary>Waits for a condition, not for a time; fails with its name after a minute.</summary>
    public static async Task True(Func<bool> condition, string what, int seconds = 60)
    {
        var watch = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(seconds), $"Waited {seconds} s in vain: {what}");
            await Task.Delay(20);
        }
    }

    public static bool Runs(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            return !process.HasExited;
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException)
        {
            return false;
        }
    }
}
