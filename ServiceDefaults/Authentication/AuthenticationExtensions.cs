using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace ServiceDefaults.Authentication;

/// <summary>Keys as bearer tokens, the same in every service.</summary>
public static class AuthenticationExtensions
{
    /// <summary>Adds keys, kept in <typeparamref name="TStore"/>; options in section <see cref="ApiKeyOptions.Section"/>.</summary>
    public static IHostApplicationBuilder AddApiKeys<TStore>(this IHostApplicationBuilder builder)
        where TStore : class, IApiKeyStore
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddOptions<ApiKeyOptions>().BindConfiguration(ApiKeyOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<IApiKeyStore, TStore>();
        builder.Services.AddSingleton<ApiKeyVerifier>();
        builder.Services.AddAuthentication(ApiKeyHandler.SchemeName).AddScheme<AuthenticationSchemeOptions, ApiKeyHandler>(ApiKeyHandler.SchemeName, null);
        var authorization = builder.Services.AddAuthorizationBuilder();
        foreach (var scope in Enum.GetValues<AccessScope>())
            authorization.AddPolicy(ScopeExtensions.NameOf(scope), Policy(scope));
        return builder;
    }

    /// <summary>An endpoint that names no scope asks for admin: forgetting one opens nothing.</summary>
    public static RouteGroupBuilder RequireScopes(this RouteGroupBuilder group)
    {
        ((IEndpointConventionBuilder)group).Finally(endpoint =>
        {
            if (!endpoint.Metadata.OfType<RequiredScope>().Any())
                endpoint.Metadata.Add(new AuthorizeAttribute(ScopeExtensions.NameOf(AccessScope.Admin)));
        });
        return group;
    }

    private static AuthorizationPolicy Policy(AccessScope scope) =>
        new AuthorizationPolicyBuilder(ApiKeyHandler.SchemeName).RequireClaim(ScopeExtensions.ClaimType, ScopeExtensions.NameOf(scope)).Build();
}
