using System.Text.Json.Serialization;
using ConversationData.Operations.Keys;

namespace ConversationApi.Keys;

/// <summary>A key that is wanted.</summary>
/// <param name="Name">What it is for; 1 to 200 characters.</param>
/// <param name="Scope">read, write or admin; each contains the ones before it.</param>
/// <param name="ExpiresAt">From then on it is refused; never without it.</param>
public sealed record NewApiKey(string? Name, ApiScope? Scope, DateTimeOffset? ExpiresAt);

/// <summary>A key as the API shows it.</summary>
/// <param name="Id">UUIDv7.</param>
/// <param name="Name">What it is for.</param>
/// <param name="Scope">read, write or admin.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="ExpiresAt">From then on it is refused.</param>
/// <param name="RevokedAt">Since then it is refused.</param>
public record ApiKeyView(Guid Id, string Name, ApiScope Scope, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? RevokedAt);

/// <summary>A key that was just made, shown this once.</summary>
/// <param name="Key">The key itself.</param>
/// <param name="Id">UUIDv7.</param>
/// <param name="Name">What it is for.</param>
/// <param name="Scope">read, write or admin.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="ExpiresAt">From then on it is refused.</param>
public sealed record CreatedApiKey(string Key, Guid Id, string Name, ApiScope Scope, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt);

internal sealed class ScopeConverter() : JsonStringEnumConverter<ApiScope>(System.Text.Json.JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false);
