namespace ServiceDefaults.Authentication;

/// <summary>A key that is known.</summary>
/// <param name="Id">Tells it from every other, whatever their names.</param>
/// <param name="Name">The name it was given.</param>
/// <param name="Scope">What it may do.</param>
/// <param name="ExpiresAt">From then on it is refused; null means never.</param>
public sealed record ApiKeyIdentity(string Id, string Name, AccessScope Scope, DateTimeOffset? ExpiresAt);
