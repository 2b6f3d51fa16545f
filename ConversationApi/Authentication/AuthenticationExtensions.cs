using ConversationData.Operations;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;

namespace ConversationApi.Authentication;

internal static class AuthenticationExtensions
{
    /// <summary>Keys as bearer tokens.</summary>
    public static IHostApplicationBuilder AddApiKeys(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<ApiKeyOptions>().BindConfiguration(ApiKeyOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<ApiKeyVerifier>();
        builder.Services.AddAuthentication(ApiKeyHandler.SchemeName).AddScheme<AuthenticationSchemeOptions, ApiKeyHandler>(ApiKeyHandler.SchemeName, null);
        var authorization = builder.Services.AddAuthorizationBuilder();
        foreach (var scope in Enum.GetValues<ApiScope>())
            authorization.AddPolicy(ScopeExtensions.NameOf(scope), Policy(scope));
        return builder;
    }

    /// <summary>An endpoint that names no scope asks for admin: forgetting one opens nothing.</summary>
    public static RouteGroupBuilder RequireScopes(this RouteGroupBuilder group)
    {
        ((IEndpointConventionBuilder)group).Finally(endpoint =>
        {
            if (!endpoint.Metadata.OfType<RequiredScope>().Any())
                endpoint.Metadata.Add(new AuthorizeAttribute(ScopeExtensions.NameOf(ApiScope.Admin)));
        });
        return group;
    }

    private static AuthorizationPolicy Policy(ApiScope scope) =>
        new AuthorizationPolicyBuilder(ApiKeyHandler.SchemeName).RequireClaim(ScopeExtensions.ClaimType, ScopeExtensions.NameOf(scope)).Build();
}
