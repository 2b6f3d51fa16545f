using System.Net.Http.Headers;
using Npgsql;
using ServiceDefaults.Authentication;

namespace ConversationApi.Events;

/// <summary>Looks again at the key of a stream: it may last for days, and a key that was revoked meanwhile must not.</summary>
internal sealed class StreamKey(ApiKeyVerifier keys)
{
    /// <summary>True while nobody can say otherwise.</summary>
    public async Task<bool> IsGoodAsync(HttpContext context, CancellationToken cancellationToken)
    {
        try
        {
            return AuthenticationHeaderValue.TryParse(context.Request.Headers.Authorization, out var header)
                && await keys.VerifyAsync(header.Parameter?.Trim() ?? "", cancellationToken) is not null;
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException)
        {
            return true;
        }
    }
}
