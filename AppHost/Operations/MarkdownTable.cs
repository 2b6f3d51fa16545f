using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace AppHost.Operations;

/// <summary>Shows JSON as Markdown: a list of objects as a table, an object as names and values, and what lies deeper below headings.</summary>
internal static partial class MarkdownTable
{
    private const int TopHeading = 3;
    private const int LowestHeading = 6;

    /// <summary>The Markdown; empty for what holds nothing.</summary>
    public static string Of(JsonElement value)
    {
        var text = new StringBuilder();
        Write(text, value, TopHeading);
        return text.ToString().Trim('\n');
    }

    /// <summary>Text as Markdown that shows it as it is. It may come out of the database: nothing in it becomes a link, an image or a column of its own.</summary>
    public static string Escaped(string text) => Marks().Replace(text.ReplaceLineEndings(" "), @"\$0");

    private static void Write(StringBuilder text, JsonElement value, int heading)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Array when value.EnumerateArray().All(item => item.ValueKind is JsonValueKind.Object):
                WriteRows(text, [.. value.EnumerateArray()]);
                break;
            case JsonValueKind.Array:
                text.Append('\n').AppendJoin('\n', value.EnumerateArray().Select(item => $"- {Cell(item)}")).Append('\n');
                break;
            case JsonValueKind.Object:
                WriteObject(text, value, heading);
                break;
            case JsonValueKind.String when value.GetString()!.Contains('\n', StringComparison.Ordinal):
                // Code by its indentation: no text can end it.
                text.Append('\n').AppendJoin('\n', value.GetString()!.ReplaceLineEndings("\n").Split('\n').Select(line => $"    {line}")).Append('\n');
                break;
            case not JsonValueKind.Null and not JsonValueKind.Undefined:
                text.Append('\n').Append(Cell(value)).Append('\n');
                break;
        }
    }

    private static void WriteObject(StringBuilder text, JsonElement value, int heading)
    {
        var (deep, plain) = (value.EnumerateObject().Where(property => IsDeep(property.Value)), value.EnumerateObject().Where(property => !IsDeep(property.Value)).ToList());
        if (plain.Count > 0)
        {
            text.Append("\n| | |\n|---|---|\n");
        }

        foreach (var property in plain)
        {
            text.Append($"| {Escaped(property.Name)} | {Cell(property.Value)} |\n");
        }

        foreach (var property in deep)
        {
            text.Append($"\n{new string('#', heading)} {Escaped(property.Name)}\n");
            Write(text, property.Value, Math.Min(heading + 1, LowestHeading));
        }
    }

    // What is recorded comes back with its names in another order: words before numbers reads well in any.
    private static void WriteRows(StringBuilder text, IReadOnlyList<JsonElement> rows)
    {
        var heads = rows.SelectMany(row => row.EnumerateObject().Select(property => property.Name)).Distinct()
            .Select(name => (Name: name, IsNumber: rows.All(row => !row.TryGetProperty(name, out var cell) || cell.ValueKind is JsonValueKind.Number or JsonValueKind.Null)))
            .OrderBy(head => head.IsNumber).ToList();
        if (heads.Count == 0)
        {
            return;
        }

        text.Append("\n| ").AppendJoin(" | ", heads.Select(head => Escaped(head.Name))).Append(" |\n|")
            .AppendJoin('|', heads.Select(head => head.IsNumber ? "---:" : "---")).Append("|\n");
        foreach (var row in rows)
        {
            text.Append("| ").AppendJoin(" | ", heads.Select(head => row.TryGetProperty(head.Name, out var value) ? Cell(value) : "")).Append(" |\n");
        }
    }

    private static bool IsDeep(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().Any(),
        JsonValueKind.Array => value.GetArrayLength() > 0,
        JsonValueKind.String => value.GetString()!.Contains('\n', StringComparison.Ordinal),
        _ => false,
    };

    private static string Cell(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => "",
        JsonValueKind.True => "yes",
        JsonValueKind.False => "no",
        JsonValueKind.String => Escaped(value.GetString()!),
        JsonValueKind.Object or JsonValueKind.Array when !IsDeep(value) => "",
        _ => Escaped(value.GetRawText()),
    };

    [GeneratedRegex(@"[\\`*\[\]<>|~&]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])")]
    private static partial Regex Marks();
}
