using System.Text.Json.Serialization;

namespace PostgresNode.Preflight;

/// <summary>Whose data it is, kept beside it.</summary>
/// <param name="Runtime">local or container.</param>
/// <param name="Major">PostgreSQL's major version.</param>
/// <param name="Checkout">The checkout that made it.</param>
/// <param name="Node">The node's name.</param>
internal sealed record NodeIdentity(string Runtime, int Major, string Checkout, string Node);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(NodeIdentity))]
internal sealed partial class NodeIdentityJson : JsonSerializerContext;
