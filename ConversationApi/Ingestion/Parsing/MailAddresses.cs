using System.Buffers;
using System.Text;

namespace ConversationApi.Ingestion.Parsing;

/// <summary>Finds addresses in what may be no mail at all: bytes of any kind, in one pass.</summary>
internal static class MailAddresses
{
    /// <summary>So many are looked for.</summary>
    public const int Most = 500;

    private const int MaxLength = 320;
    private const int MaxMarks = 8;
    private static readonly SearchValues<byte> _before = SearchValues.Create("\0\u0001\u0002\u0003\u0004\u0005\u0006\u0007\b\t\n\u000b\f\r \"()<>[]{},:;\\@"u8);
    private static readonly SearchValues<byte> _after = SearchValues.Create("\0\u0001\u0002\u0003\u0004\u0005\u0006\u0007\b\t\n\u000b\f\r \"()<>[]{},:;\\@'=&?/"u8);
    // These may be part of an address, or stand before or behind one.
    private static readonly SearchValues<byte> _marksBefore = SearchValues.Create("!#$%&'*/=?^`{|}~"u8);
    private static readonly SearchValues<byte> _marksBehind = SearchValues.Create("!#$%&*^_`|~+"u8);

    /// <summary>Lower case, each once, at most 500 of them, or a few more.</summary>
    public static string[] In(ReadOnlySpan<byte> body)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        for (var from = 0; found.Count < Most && body[from..].IndexOf((byte)'@') is var next and >= 0; from += next + 1)
        {
            var at = from + next;
            var left = body[Math.Max(0, at - MaxLength)..at];
            var local = left[(left.LastIndexOfAny(_before) + 1)..];
            // What JSON writes for a bracket before the address is no part of it.
            if (local.Length > 5 && at - local.Length > 0 && body[at - local.Length - 1] == '\\' && local[0] == 'u')
                local = local[5..];
            var right = body[(at + 1)..Math.Min(body.Length, at + 1 + MaxLength)];
            var domain = (right.IndexOfAny(_after) is var end and >= 0 ? right[..end] : right).TrimEnd((byte)'.');
            if (local.IsEmpty || domain.IsEmpty)
                continue;
            var bare = (domain.IndexOfAny(_marksBehind) is var mark and >= 0 ? domain[..mark] : domain).TrimEnd(".-"u8);
            Add(found, local, domain, bare);
            for (var marks = 0; local.IndexOfAny(_marksBefore) is var first and >= 0; marks++)
            {
                local = local[((marks < MaxMarks ? first : local.LastIndexOfAny(_marksBefore)) + 1)..];
                Add(found, local, domain, bare);
            }
        }

        return [.. found];
    }

    private static void Add(HashSet<string> found, ReadOnlySpan<byte> local, ReadOnlySpan<byte> domain, ReadOnlySpan<byte> bare)
    {
        Add(found, local, domain);
        if (bare.Length < domain.Length)
            Add(found, local, bare);
    }

    private static void Add(HashSet<string> found, ReadOnlySpan<byte> local, ReadOnlySpan<byte> domain)
    {
        if (local.Length > 0 && domain.Length > 0 && local.Length + domain.Length < MaxLength)
            found.Add($"{Encoding.UTF8.GetString(local)}@{Encoding.UTF8.GetString(domain)}".ToLowerInvariant());
    }
}
