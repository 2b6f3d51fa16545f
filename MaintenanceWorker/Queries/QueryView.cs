using System.Text.Json.Serialization;

namespace MaintenanceWorker.Queries;

/// <summary>How the server does a hot query.</summary>
/// <param name="Query">Its name.</param>
/// <param name="Description">What it is asked for.</param>
/// <param name="Index">The index that it is to use.</param>
/// <param name="State">index used, index not used, index missing, table is small, no data yet, or how long it takes.</param>
/// <param name="NeedsAttention">Whether somebody should look.</param>
/// <param name="WholeTables">Tables that are not small and are read from one end to the other.</param>
/// <param name="Note">What else is to be said.</param>
/// <param name="Plan">As EXPLAIN writes it.</param>
/// <param name="Sql">Its text.</param>
internal sealed record QueryView(string Query, string Description, string Index, string State, bool NeedsAttention, IReadOnlyList<string> WholeTables, string? Note, string? Plan, string Sql);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(IReadOnlyList<QueryView>))]
internal sealed partial class QueryJson : JsonSerializerContext;
