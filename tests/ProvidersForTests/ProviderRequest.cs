using System.Text.Json;

namespace ProvidersForTests;

/// <summary>A request that a provider saw.</summary>
/// <param name="Method">GET, POST, ...</param>
/// <param name="Path">With its query.</param>
/// <param name="Headers">By name, in any case.</param>
/// <param name="Body">As text.</param>
public sealed record ProviderRequest(string Method, string Path, IReadOnlyDictionary<string, string> Headers, string Body)
{
    /// <summary>The body as JSON.</summary>
    public JsonElement Json => JsonSerializer.Deserialize<JsonElement>(Body);
}
