using System.Security.Cryptography;
using System.Text;

namespace ConversationApi.Ingestion.Threading;

/// <summary>
/// The token behind the plus of our reply address: the conversation's id and a code that only we can make. 42 letters and digits
/// of base 32, in either case, so that it passes every mailer.
/// </summary>
public sealed class ReplyToken
{
    private const int IdBytes = 16;
    private const int CodeBytes = 10;
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";
    private readonly byte[] _key;

    /// <param name="key">Secret, the same on every replica.</param>
    public ReplyToken(string key) => _key = SHA256.HashData(Encoding.UTF8.GetBytes(key));

    /// <summary>The token of a conversation.</summary>
    public string Create(Guid conversationId)
    {
        Span<byte> bytes = stackalloc byte[IdBytes + CodeBytes];
        conversationId.TryWriteBytes(bytes, bigEndian: true, out _);
        Code(bytes[..IdBytes], bytes[IdBytes..]);
        var token = new StringBuilder(42);
        int buffer = 0, bits = 0;
        foreach (var value in bytes)
        {
            buffer = (buffer << 8) | value;
            for (bits += 8; bits >= 5; bits -= 5)
                token.Append(Alphabet[(buffer >> (bits - 5)) & 31]);
            buffer &= 0xFF;
        }

        return bits > 0 ? token.Append(Alphabet[(buffer << (5 - bits)) & 31]).ToString() : token.ToString();
    }

    /// <summary>The conversation of a token; null when it is none of ours.</summary>
    public Guid? Read(string? token)
    {
        if (token is not { Length: 42 })
            return null;
        Span<byte> bytes = stackalloc byte[IdBytes + CodeBytes];
        int buffer = 0, bits = 0, length = 0;
        foreach (var letter in token)
        {
            var value = Alphabet.IndexOf(char.ToLowerInvariant(letter), StringComparison.Ordinal);
            if (value < 0)
                return null;
            buffer = (buffer << 5) | value;
            bits += 5;
            if (bits < 8)
                continue;
            bits -= 8;
            bytes[length++] = (byte)(buffer >> bits);
            buffer &= (1 << bits) - 1;
        }

        Span<byte> expected = stackalloc byte[CodeBytes];
        Code(bytes[..IdBytes], expected);
        return CryptographicOperations.FixedTimeEquals(expected, bytes[IdBytes..]) ? new Guid(bytes[..IdBytes], bigEndian: true) : null;
    }

    private void Code(ReadOnlySpan<byte> id, Span<byte> code)
    {
        Span<byte> full = stackalloc byte[32];
        HMACSHA256.HashData(_key, id, full);
        full[..CodeBytes].CopyTo(code);
    }
}
