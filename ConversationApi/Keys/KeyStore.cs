using ConversationData.Operations.Keys;
using ServiceDefaults.Authentication;

namespace ConversationApi.Keys;

/// <summary>The keys that let somebody in are those of the register.</summary>
internal sealed class KeyStore(ApiKeyRegister register) : IApiKeyStore
{
    public async Task<ApiKeyIdentity?> FindAsync(byte[] hash, CancellationToken cancellationToken) =>
        await register.FindAsync(hash, cancellationToken) is { } key ? new(key.Id.ToString(), key.Name, Enum.Parse<AccessScope>(key.Scope.ToString()), key.ExpiresAt) : null;
}
