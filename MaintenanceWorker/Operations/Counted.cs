using System.Globalization;

namespace MaintenanceWorker.Operations;

/// <summary>Numbers with what they count, as people write them: one job, two jobs.</summary>
internal static class Counted
{
    /// <param name="number">How many.</param>
    /// <param name="one">What one of them is called.</param>
    /// <param name="several">What several are called; with an s where that is all.</param>
    public static string Of(long number, string one, string? several = null) =>
        string.Create(CultureInfo.InvariantCulture, $"{number} {(number == 1 ? one : several ?? one + "s")}");
}
