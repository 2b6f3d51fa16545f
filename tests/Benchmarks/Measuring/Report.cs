using System.Globalization;

namespace Benchmarks.Measuring;

/// <summary>Ratios beside their goals, and where they come from.</summary>
internal sealed class Report
{
    private readonly List<string[]> _rows = [["what", "ratio", "goal", "measured"]];
    private readonly List<string> _missed = [];

    public void Add(string what, double ratio, string goal, string measured)
    {
        _rows.Add([what, ratio.ToString("F2", CultureInfo.InvariantCulture), goal, measured]);
        Console.Error.WriteLine(string.Join("  ", _rows[^1]));
    }

    /// <summary>The same for what must not be below its goal.</summary>
    public void Require(string what, double ratio, double goal, string measured)
    {
        Add(what, ratio, goal.ToString("F2", CultureInfo.InvariantCulture), measured);
        if (!(ratio >= goal))
            Miss($"{what} is {ratio.ToString("F4", CultureInfo.InvariantCulture)}, below {goal.ToString("F2", CultureInfo.InvariantCulture)}");
    }

    /// <summary>What was to be measured is not good enough, or could not be.</summary>
    public void Miss(string why) => _missed.Add(why);

    /// <summary>Whether all that is required was reached; says what was not.</summary>
    public bool IsReached(TextWriter output)
    {
        foreach (var why in _missed)
            output.WriteLine($"Not reached: {why}.");
        return _missed.Count == 0;
    }

    public void Write(TextWriter output)
    {
        foreach (var row in _rows)
            output.WriteLine($"{row[0],-40}{row[1],8}  {row[2],-8}{row[3]}");
    }
}
