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

    /// <summary>A zombie, which only waits for init, does not run.</summary>
    public static bool Runs(int processId)
    {
        try
        {
            if (OperatingSystem.IsLinux())
            {
                var text = File.ReadAllText($"/proc/{processId}/stat");
                return text[text.LastIndexOf(')') + 2] is not ('Z' or 'X');
            }

            using var process = Process.GetProcessById(processId);
            return !process.HasExited;
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException or IOException)
        {
            return false;
        }
    }
}
