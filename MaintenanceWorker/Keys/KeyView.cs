using System.Text.Json.Serialization;
using ConversationData.Operations.Keys;

namespace MaintenanceWorker.Keys;

/// <summary>A key as operations show it; the key itself only where it was just made.</summary>
internal sealed record KeyView(Guid? Id, string Name, string Scope, DateTimeOffset? CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? RevokedAt, string? Key = null)
{
    public static KeyView Of(ApiKey key, string? text = null) =>
        new(key.Id, key.Name, NameOf(key.Scope), key.CreatedAt, key.ExpiresAt, key.RevokedAt, text);

    private static string NameOf(ApiScope scope) => scope switch { ApiScope.Read => "read", ApiScope.Write => "write", _ => "admin" };
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(KeyView))]
[JsonSerializable(typeof(IReadOnlyList<KeyView>))]
internal sealed partial class KeyJson : JsonSerializerContext;
