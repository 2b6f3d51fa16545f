using System.Text.Json;

namespace MaintenanceWorker.Cli;

/// <summary>Shows JSON to people: a list of objects as a table, an object as names and values.</summary>
internal static class JsonTable
{
    private const int WidestCell = 100;

    public static void Write(TextWriter output, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Array when value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.Object):
                WriteRows(output, [.. value.EnumerateArray()]);
                break;
            case JsonValueKind.Array:
                foreach (var item in value.EnumerateArray())
                    output.WriteLine(Cell(item));
                break;
            case JsonValueKind.Object:
                WriteObject(output, value);
                break;
            default:
                output.WriteLine(Cell(value));
                break;
        }
    }

    private static void WriteObject(TextWriter output, JsonElement value)
    {
        var properties = value.EnumerateObject().ToList();
        var plain = properties.Where(property => !IsNested(property.Value)).ToList();
        var width = plain.Select(property => property.Name.Length).DefaultIfEmpty(0).Max();
        foreach (var property in plain)
            output.WriteLine($"{property.Name.PadRight(width)}  {Cell(property.Value, int.MaxValue)}".TrimEnd());
        foreach (var property in properties.Where(property => IsNested(property.Value)))
        {
            output.WriteLine();
            output.WriteLine($"{property.Name}:");
            Write(output, property.Value);
        }
    }

    private static void WriteRows(TextWriter output, IReadOnlyList<JsonElement> rows)
    {
        var heads = rows.SelectMany(row => row.EnumerateObject().Select(property => property.Name)).Distinct().ToList();
        var cells = rows.Select(row => heads.Select(head => row.TryGetProperty(head, out var value) ? Cell(value) : "").ToArray()).ToList();
        if (heads.Count == 0)
            return;
        var widths = heads.Select((head, column) => cells.Select(row => row[column].Length).Append(head.Length).Max()).ToArray();
        WriteRow(output, [.. heads], widths);
        WriteRow(output, [.. widths.Select(width => new string('-', width))], widths);
        foreach (var row in cells)
            WriteRow(output, row, widths);
    }

    private static void WriteRow(TextWriter output, string[] cells, int[] widths) =>
        output.WriteLine(string.Join("  ", cells.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());

    private static bool IsNested(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().Any(),
        JsonValueKind.Array => value.GetArrayLength() > 0,
        // Several lines keep their lines.
        JsonValueKind.String => value.GetString()!.Contains('\n', StringComparison.Ordinal),
        _ => false,
    };

    private static string Cell(JsonElement value, int widest = WidestCell)
    {
        var text = value.ValueKind switch
        {
            JsonValueKind.Null => "",
            JsonValueKind.String => value.GetString()!,
            JsonValueKind.True => "yes",
            JsonValueKind.False => "no",
            JsonValueKind.Object or JsonValueKind.Array when !IsNested(value) => "",
            _ => value.GetRawText(),
        };
        text = widest == int.MaxValue ? text : text.ReplaceLineEndings(" ");
        return text.Length <= widest ? text : $"{text[..(widest - 1)]}…";
    }
}
