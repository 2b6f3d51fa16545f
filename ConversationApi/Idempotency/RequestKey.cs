using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using ServiceDefaults.Problems;

namespace ConversationApi.Idempotency;

/// <summary>The Idempotency-Key of a request and what it stands for.</summary>
/// <param name="Owner">The API key's id: clients do not see each other's keys.</param>
/// <param name="Key">As the client sent it.</param>
/// <param name="Hash">Over method, path and body.</param>
internal sealed record RequestKey(string Owner, string Key, byte[] Hash)
{
    public const string Header = "Idempotency-Key";
    private const int MaxLength = 200;

    /// <summary>What the path names as <c>id</c>, a conversation for the most part.</summary>
    public Guid? Target { get; private init; }

    /// <returns>Null where the request has none.</returns>
    /// <exception cref="RefusedException">It is none that can be kept.</exception>
    public static RequestKey? Of(HttpContext context, ReadOnlySpan<byte> body)
    {
        var header = context.Request.Headers[Header];
        if (header.Count == 0)
            return null;
        if (header is not [{ Length: >= 1 and <= MaxLength } key] || key.Any(char.IsControl) || string.IsNullOrWhiteSpace(key))
            throw new RefusedException(ProblemTypes.InvalidRequest, $"{Header} must be one text of 1 to {MaxLength} characters without control characters. A new UUID for each thing to do is best.");
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{context.Request.Method} {context.Request.Path}\n"));
        hash.AppendData(body);
        return new(context.User.FindFirstValue(ClaimTypes.NameIdentifier) ?? "", key, hash.GetHashAndReset()) { Target = Guid.TryParse(context.GetRouteValue("id") as string, out var id) ? id : null };
    }
}
