namespace ServiceDefaults.Authentication;

/// <summary>Where keys are kept; each service says how it gets there.</summary>
public interface IApiKeyStore
{
    /// <summary>Looks a key up by its hash.</summary>
    /// <param name="hash">SHA-256 of the key; see <see cref="ApiKeyVerifier.Hash"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Null for a key that is not known or was revoked.</returns>
    Task<ApiKeyIdentity?> FindAsync(byte[] hash, CancellationToken cancellationToken);
}
