using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using ServiceDefaults.Problems;

namespace ServiceDefaults.Authentication;

/// <summary>Reads <c>Authorization: Bearer KEY</c>.</summary>
public sealed class ApiKeyHandler(ApiKeyVerifier keys, IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    /// <summary>Name of the scheme.</summary>
    public const string SchemeName = "ApiKey";
    private const string Prefix = "Bearer ";
    private static readonly AuthenticateResult _unknown = AuthenticateResult.Fail("The key is not known, expired or revoked.");

    /// <inheritdoc />
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        if (!header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
            return AuthenticateResult.NoResult();
        if (await keys.VerifyAsync(header[Prefix.Length..].Trim(), Context.RequestAborted) is not { } identity)
            return _unknown;

        return AuthenticateResult.Success(new(ScopeExtensions.PrincipalOf(identity.Id, identity.Name, identity.Scope, SchemeName), SchemeName));
    }

    /// <inheritdoc />
    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.Append(HeaderNames.WWWAuthenticate, "Bearer");
        return Problem.Of(ProblemTypes.Unauthenticated, "Send a key as 'Authorization: Bearer KEY'. It may be missing, unknown, expired or revoked.").ExecuteAsync(Context);
    }

    /// <inheritdoc />
    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        var wanted = Context.GetEndpoint()?.Metadata.GetMetadata<RequiredScope>()?.Scope;
        return Problem.Of(ProblemTypes.ScopeTooSmall, wanted is { } scope ? $"This needs a key with scope {ScopeExtensions.NameOf(scope)}." : "This key may not do this.").ExecuteAsync(Context);
    }
}
