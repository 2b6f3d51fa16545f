using System.Security.Claims;
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

    /// <summary>The same where the key comes in another way than every other.</summary>
    /// <param name="builder">The endpoint.</param>
    /// <param name="scope">The smallest that is enough.</param>
    /// <param name="scheme">The authentication scheme that makes a <see cref="PrincipalOf"/>.</param>
    public static TBuilder RequireScope<TBuilder>(this TBuilder builder, AccessScope scope, string scheme)
        where TBuilder : IEndpointConventionBuilder =>
        builder.RequireAuthorization(policy => policy.AddAuthenticationSchemes(scheme).RequireClaim(ClaimType, NameOf(scope))).WithMetadata(new RequiredScope(scope));

    /// <summary>Who is known, with the scope and the smaller ones that it contains.</summary>
    /// <param name="id">What tells it from others of the same name.</param>
    /// <param name="name">Who it is.</param>
    /// <param name="scope">What it may do.</param>
    /// <param name="scheme">How it was known.</param>
    public static ClaimsPrincipal PrincipalOf(string id, string name, AccessScope scope, string scheme) =>
        new(new ClaimsIdentity([new(ClaimTypes.NameIdentifier, id), new(ClaimTypes.Name, name), .. Enum.GetValues<AccessScope>().Where(s => s <= scope).Select(s => new Claim(ClaimType, NameOf(s)))], scheme));

    /// <summary>The scope's name in answers and policies: <c>read</c>, <c>write</c>, <c>admin</c>.</summary>
    public static string NameOf(AccessScope scope) => scope switch { AccessScope.Read => "read", AccessScope.Write => "write", _ => "admin" };
}
