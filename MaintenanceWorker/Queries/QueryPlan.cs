using System.Text.Json;

namespace MaintenanceWorker.Queries;

/// <summary>What a plan reads, from EXPLAIN (FORMAT JSON, VERBOSE).</summary>
/// <param name="Indexes">The indexes that it uses, by name without schema: EXPLAIN gives no more.</param>
/// <param name="WholeTables">The tables that it reads from one end to the other, with their schema.</param>
internal sealed record QueryPlan(IReadOnlySet<string> Indexes, IReadOnlySet<string> WholeTables)
{
    public static QueryPlan Read(string json)
    {
        var (indexes, tables) = (new HashSet<string>(), new HashSet<string>());
        using var document = JsonDocument.Parse(json);
        Walk(document.RootElement[0].GetProperty("Plan"), indexes, tables);
        return new(indexes, tables);
    }

    private static void Walk(JsonElement node, HashSet<string> indexes, HashSet<string> tables)
    {
        if (node.TryGetProperty("Index Name", out var index))
            indexes.Add(index.GetString()!);
        if (node.GetProperty("Node Type").GetString() == "Seq Scan")
            tables.Add($"{node.GetProperty("Schema").GetString()}.{node.GetProperty("Relation Name").GetString()}");
        if (node.TryGetProperty("Plans", out var plans))
        {
            foreach (var child in plans.EnumerateArray())
                Walk(child, indexes, tables);
        }
    }
}
