namespace MigrationRunner.Commands;

/// <summary>Writes rows in aligned columns.</summary>
internal static class TextTable
{
    public static void Write(TextWriter output, string[] heads, IEnumerable<string[]> rows)
    {
        var all = rows.ToList();
        var widths = heads.Select((head, column) => all.Select(row => row[column].Length).Append(head.Length).Max()).ToArray();
        WriteRow(output, heads, widths);
        WriteRow(output, [.. widths.Select(width => new string('-', width))], widths);
        foreach (var row in all)
            WriteRow(output, row, widths);
    }

    private static void WriteRow(TextWriter output, string[] cells, int[] widths) =>
        output.WriteLine(string.Join("  ", cells.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
}
