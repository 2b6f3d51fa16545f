using System.Globalization;

namespace Benchmarks.Measuring;

/// <summary>Ratios beside their goals, and where they come from.</summary>
internal sealed class Report
{
    private readonly List<string[]> _rows = [["what", "ratio", "goal", "measured"]];

    public void Add(string what, double ratio, string goal, string measured)
    {
        _rows.Add([what, ratio.ToString("F2", CultureInfo.InvariantCulture), goal, measured]);
        Console.Error.WriteLine(string.Join("  ", _rows[^1]));
    }

    public void Write(TextWriter output)
    {
        foreach (var row in _rows)
            output.WriteLine($"{row[0],-40}{row[1],8}  {row[2],-8}{row[3]}");
    }
}
