using System.Text;

namespace ConversationApi.Delivery.Mime;

/// <summary>Folds headers, and encodes what is not ASCII as RFC 2047 says. Whatever the text, the result is one header.</summary>
internal static class HeaderEncoder
{
    private const int MaxLine = 76;
    private const string Open = "=?utf-8?B?";
    private const string Close = "?=";

    /// <summary>A header with its line end.</summary>
    public static string Encode(string name, string value)
    {
        var text = HeaderText.OneLine(value, int.MaxValue);
        return $"{name}: {(IsPlain(text, MaxLine - 1) ? Fold(text, name.Length + 2) : Words(text, name.Length + 2))}\r\n";
    }

    /// <summary>A header of ids or addresses, with its line end: RFC 2047 lets nothing of them be encoded, so they are only folded.</summary>
    public static string EncodePlain(string name, string value) => $"{name}: {Fold(HeaderText.OneLine(value, int.MaxValue), name.Length + 2)}\r\n";

    /// <summary>A header with one named address, with its line end.</summary>
    public static string EncodeAddress(string name, string person, string address)
    {
        var text = HeaderText.OneLine(person, int.MaxValue);
        var shown = IsPlain(text, MaxLine - 4)
            ? Fold($"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"", name.Length + 2)
            : Words(text, name.Length + 2);
        return $"{name}: {shown}\r\n <{HeaderText.OneLine(address, int.MaxValue)}>\r\n";
    }

    // What looks like an encoded word would be decoded at the other end; a word longer than a line cannot be folded.
    private static bool IsPlain(string text, int longest) =>
        text.All(letter => letter is >= ' ' and < '\x7f') && !text.Contains("=?", StringComparison.Ordinal) && text.Split(' ').All(word => word.Length <= longest);

    private static string Fold(string text, int used)
    {
        var folded = new StringBuilder();
        var length = used;
        foreach (var word in text.Split(' '))
        {
            if (folded.Length > 0)
            {
                // A line of nothing but blanks would end the headers for some.
                var fold = length + 1 + word.Length > MaxLine && word.Length > 0;
                folded.Append(fold ? "\r\n " : " ");
                length = fold ? 1 : length + 1;
            }

            folded.Append(word);
            length += word.Length;
        }

        return folded.ToString();
    }

    private static string Words(string text, int used)
    {
        var words = new StringBuilder();
        var chunk = new List<byte>();
        Span<byte> utf8 = stackalloc byte[4];
        var room = Room(used);
        foreach (var rune in text.EnumerateRunes())
        {
            var length = rune.EncodeToUtf8(utf8);
            if (chunk.Count + length > room)
                Flush();
            chunk.AddRange(utf8[..length]);
        }

        Flush();
        return words.ToString();

        void Flush()
        {
            if (words.Length > 0)
                words.Append("\r\n ");
            words.Append(Open).Append(Convert.ToBase64String([.. chunk])).Append(Close);
            chunk.Clear();
            room = Room(1);
        }
    }

    private static int Room(int used) => Math.Max(3, (MaxLine - 1 - used - Open.Length - Close.Length) / 4 * 3);
}
