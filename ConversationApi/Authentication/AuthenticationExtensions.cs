using ConversationData.Operations;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;

namespace ConversationApi.Authentication;

internal static class AuthenticationExtensions
{
    /// <summary>Keys as bearer tokens. An endpoint that names no scope asks for admin: forgetting one opens nothing.</summary>
    public static IHostApplicationBuilder AddApiKeys(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<ApiKeyOptions>().BindConfiguration(ApiKeyOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<ApiKeyVerifier>();
        builder.Services.AddAuthentication(ApiKeyHandler.SchemeName).AddScheme<AuthenticationSchemeOptions, ApiKeyHandler>(ApiKeyHandler.SchemeName, null);
        var authorization = builder.Services.AddAuthorizationBuilder();
        foreach (var scope in Enum.GetValues<ApiScope>())
            authorization.AddPolicy(ScopeExtensions.NameOf(scope), Policy(scope));
        authorization.SetFallbackPolicy(Policy(ApiScope.Admin));
        return builder;
    }

    private static AuthorizationPolicy Policy(ApiScope scope) =>
        new AuthorizationPolicyBuilder(ApiKeyHandler.SchemeName).RequireClaim(ScopeExtensions.ClaimType, ScopeExtensions.NameOf(scope)).Build();
}
