using ConversationData.Operations;

namespace ConversationApi.Authentication;

/// <summary>The scope that an endpoint asks for.</summary>
/// <param name="Scope">The smallest that is enough.</param>
internal sealed record RequiredScope(ApiScope Scope);

internal static class ScopeExtensions
{
    public const string ClaimType = "scope";

    public static string NameOf(ApiScope scope) => scope switch { ApiScope.Read => "read", ApiScope.Write => "write", _ => "admin" };

    /// <summary>Lets only keys with this scope, or a greater one, through.</summary>
    public static TBuilder RequireScope<TBuilder>(this TBuilder builder, ApiScope scope)
        where TBuilder : IEndpointConventionBuilder =>
        builder.RequireAuthorization(NameOf(scope)).WithMetadata(new RequiredScope(scope));
}
