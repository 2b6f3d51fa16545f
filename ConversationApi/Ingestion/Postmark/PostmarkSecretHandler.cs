using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using ServiceDefaults.Authentication;
using ServiceDefaults.Problems;

namespace ConversationApi.Ingestion.Postmark;

/// <summary>Knows the webhook by its secret, as the password of Basic or as a bearer token; whoever has it not may have an API key.</summary>
internal sealed class PostmarkSecretHandler(
    IOptions<PostmarkInboundOptions> postmark, IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "Postmark";
    private const int MaxLength = 1024;

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync() =>
        postmark.Value.InboundSecret is { } secret && Given() is { } given && CryptographicOperations.FixedTimeEquals(Hash(given), Hash(secret))
            ? AuthenticateResult.Success(new(ScopeExtensions.PrincipalOf("postmark", "postmark", AccessScope.Write, SchemeName), SchemeName))
            : await Context.AuthenticateAsync(ApiKeyHandler.SchemeName);

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.Append(HeaderNames.WWWAuthenticate, "Basic realm=\"inbound mail\"");
        return Problem.Of(ProblemTypes.Unauthenticated, "Send Postmark:InboundSecret as the password of Basic authentication, or an API key as 'Authorization: Bearer KEY'.").ExecuteAsync(Context);
    }

    private string? Given()
    {
        var header = Request.Headers.Authorization.ToString();
        if (header.Length > MaxLength)
            return null;
        if (header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
            return header["Bearer ".Length..].Trim();
        if (!header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase))
            return null;
        var bytes = new byte[MaxLength];
        return Convert.TryFromBase64String(header["Basic ".Length..].Trim(), bytes, out var length)
            && Encoding.UTF8.GetString(bytes, 0, length).Split(':', 2) is [_, var password] ? password : null;
    }

    // Of one length, so that comparing says nothing of the secret's.
    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
