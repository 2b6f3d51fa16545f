using System.Text;

namespace ConversationApi.Delivery.Mime;

/// <summary>Text as RFC 2045, section 6.7, writes it: readable, and safe on the way.</summary>
internal static class QuotedPrintable
{
    private const int MaxLine = 76;

    public static void Append(StringBuilder output, string text)
    {
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            if (i > 0)
                output.Append("\r\n");
            AppendLine(output, Encoding.UTF8.GetBytes(lines[i]));
        }
    }

    private static void AppendLine(StringBuilder output, byte[] line)
    {
        var length = 0;
        for (var i = 0; i < line.Length; i++)
        {
            var value = line[i];
            var last = i == line.Length - 1;
            // A blank at the end would get lost on the way; a dot, or From, at the beginning is changed by some.
            var plain = value is > (byte)' ' and < 0x7F and not (byte)'=' || (value is (byte)' ' or (byte)'\t' && !last);
            if (i == 0 && (value == '.' || line.AsSpan().StartsWith("From "u8)))
                plain = false;
            // The last column is for the sign that the line goes on.
            if (length + (plain ? 1 : 3) > (last ? MaxLine : MaxLine - 1))
            {
                output.Append("=\r\n");
                length = 0;
            }

            if (plain)
                output.Append((char)value);
            else
                output.Append('=').Append(value.ToString("X2", null));
            length += plain ? 1 : 3;
        }
    }
}
