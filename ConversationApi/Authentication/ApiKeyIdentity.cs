using ConversationData.Operations;

namespace ConversationApi.Authentication;

/// <summary>A key that was presented and is known.</summary>
/// <param name="Name">The name it was given.</param>
/// <param name="Scope">What it may do.</param>
/// <param name="ExpiresAt">Null means never.</param>
internal sealed record ApiKeyIdentity(string Name, ApiScope Scope, DateTimeOffset? ExpiresAt);
