using System.Text.Json.Nodes;
using NJsonSchema;
using PostgresForTests;

namespace AppHost.Tests.Publishing;

/// <summary>The public schemas of what is published; they lie beside this file.</summary>
internal static class PublicSchema
{
    public static async Task<JsonSchema> ReadAsync(string name)
    {
        var schema = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(PostgresBinaries.RepositoryRoot, "tests", "AppHost.Tests", "Publishing", name)))!;
        Rewrite(schema);
        return await JsonSchema.FromJsonAsync(schema.ToJsonString());
    }

    // The validator does not know 'const' and properties whose schema is just 'false'; what takes their place says the same.
    // 'duration' is Compose's there (60s), and the standard's here (PT60S).
    private static void Rewrite(JsonNode? node)
    {
        if (node is JsonArray items)
            foreach (var item in items)
                Rewrite(item);
        if (node is not JsonObject schema)
            return;
        if (schema["const"] is { } only)
        {
            schema.Remove("const");
            schema["enum"] = new JsonArray(only.DeepClone());
        }

        if ((schema["format"] as JsonValue)?.ToString() == "duration")
            schema.Remove("format");
        if (schema["properties"] is JsonObject properties)
            foreach (var (name, _) in properties.Where(property => property.Value is JsonValue).ToList())
                properties[name] = new JsonObject { ["not"] = new JsonObject() };
        foreach (var (_, value) in schema)
            Rewrite(value);
    }
}
