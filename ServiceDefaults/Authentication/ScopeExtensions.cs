using Microsoft.AspNetCore.Builder;

namespace ServiceDefaults.Authentication;

/// <summary>The scope that an endpoint asks for.</summary>
/// <param name="Scope">The smallest that is enough.</param>
public sealed record RequiredScope(AccessScope Scope);

/// <summary>What keys may do, said at the endpoint.</summary>
public static class ScopeExtensions
{
    internal const string ClaimType = "scope";

    /// <summary>Lets only keys with this scope, or a greater one, through.</summary>
    public static TBuilder RequireScope<TBuilder>(this TBuilder builder, AccessScope scope)
        where TBuilder : IEndpointConventionBuilder =>
        builder.RequireAuthorization(NameOf(scope)).WithMetadata(new RequiredScope(scope));

    /// <summary>The scope's name in answers and policies: <c>read</c>, <c>write</c>, <c>admin</c>.</summary>
    public static string NameOf(AccessScope scope) => scope switch { AccessScope.Read => "read", AccessScope.Write => "write", _ => "admin" };
}
