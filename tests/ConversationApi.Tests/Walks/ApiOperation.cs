using System.Text.Json;

namespace ConversationApi.Tests.Walks;

/// <summary>An operation of the OpenAPI document.</summary>
/// <param name="Name">Its operationId.</param>
/// <param name="Method">GET, POST, ...</param>
/// <param name="Path">With its parameters in braces.</param>
/// <param name="Query">Names of the parameters of its query.</param>
/// <param name="MediaTypes">What bodies it takes; none where it takes none.</param>
/// <param name="Body">The schema of its JSON body.</param>
internal sealed record ApiOperation(string Name, HttpMethod Method, string Path, IReadOnlyList<string> Query, IReadOnlyList<string> MediaTypes, JsonElement? Body)
{
    /// <summary>The path with something in place of its parameters.</summary>
    public string PathWith(Func<string, string> value)
    {
        var path = Path;
        while (path.IndexOf('{', StringComparison.Ordinal) is var open and >= 0)
            path = path[..open] + value(path[(open + 1)..path.IndexOf('}', open)]) + path[(path.IndexOf('}', open) + 1)..];
        return path;
    }

    /// <summary>Every operation of a running API, as its document says, and the document.</summary>
    public static async Task<(IReadOnlyList<ApiOperation> Operations, JsonElement Document)> ReadAsync(ApiServer api)
    {
        var document = await api.Client.GetJsonAsync("/openapi/v1.json");
        return (
        [
            .. from path in document.GetProperty("paths").EnumerateObject()
               from operation in path.Value.EnumerateObject()
               where operation.Value.ValueKind == JsonValueKind.Object && operation.Value.TryGetProperty("responses", out _)
               select Of(path, operation),
        ], document);
    }

    private static ApiOperation Of(JsonProperty path, JsonProperty operation)
    {
        var parameters = operation.Value.TryGetProperty("parameters", out var all) ? all.EnumerateArray().ToList() : [];
        var content = operation.Value.TryGetProperty("requestBody", out var body) ? body.GetProperty("content").EnumerateObject().ToList() : [];
        JsonElement? schema = content.Find(c => c.Name == "application/json") is { Value.ValueKind: JsonValueKind.Object } json && json.Value.TryGetProperty("schema", out var found) ? found : null;
        return new(operation.Value.TryGetProperty("operationId", out var id) ? id.GetString()! : $"{operation.Name} {path.Name}", HttpMethod.Parse(operation.Name), path.Name,
            [.. parameters.Where(p => p.GetProperty("in").GetString() == "query").Select(p => p.GetProperty("name").GetString()!)], [.. content.Select(c => c.Name)], schema);
    }
}
