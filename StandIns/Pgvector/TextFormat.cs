using System.Globalization;
using System.Text;

namespace Pgvector;

/// <summary>PostgreSQL's text form of a dense vector: <c>[1,2.5,-3]</c>.</summary>
internal static class TextFormat
{
    public static T[] Parse<T>(string text) where T : ISpanParsable<T>
    {
        ArgumentNullException.ThrowIfNull(text);
        var trimmed = text.AsSpan().Trim();
        if (trimmed.Length < 2 || trimmed[0] != '[' || trimmed[^1] != ']')
            throw new FormatException($"A vector is written [1,2,3], not '{text}'.");

        var inner = trimmed[1..^1];
        if (inner.IsWhiteSpace())
            return [];

        var elements = new List<T>();
        foreach (var part in inner.Split(','))
            elements.Add(T.Parse(inner[part], CultureInfo.InvariantCulture));

        return [.. elements];
    }

    public static string Write<T>(ReadOnlySpan<T> elements) where T : IFormattable
    {
        var text = new StringBuilder("[");
        for (var i = 0; i < elements.Length; i++)
            text.Append(i == 0 ? "" : ",").Append(elements[i].ToString(null, CultureInfo.InvariantCulture));

        return text.Append(']').ToString();
    }
}
