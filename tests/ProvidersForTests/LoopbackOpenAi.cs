using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ProvidersForTests;

/// <summary>
/// Speaks OpenAI's protocol on a loopback port. Its vectors are made of the words of a text, each word's place by a hash: texts with the
/// same words are near each other, and the same text always has the same vector.
/// </summary>
public sealed partial class LoopbackOpenAi : LoopbackServer
{
    private readonly string _key;

    private LoopbackOpenAi(string key) => _key = key;

    /// <summary>Length of the vectors unless a request says otherwise.</summary>
    public int Dimensions { get; set; } = 64;

    /// <summary>A text with this in it is refused, with everything that came with it, as a provider refuses what it cannot take.</summary>
    public string? Refused { get; set; }

    /// <summary>A text with this in it is answered 500, with everything that came with it.</summary>
    public string? Failing { get; set; }

    /// <summary>A text with this in it has a vector of zeros.</summary>
    public string? Meaningless { get; set; }

    /// <summary>Starts one.</summary>
    /// <param name="key">The key that it asks for.</param>
    public static async Task<LoopbackOpenAi> StartAsync(string key)
    {
        var server = new LoopbackOpenAi(key);
        await server.ListenAsync();
        return server;
    }

    /// <inheritdoc />
    protected override Task<(HttpStatusCode Status, string Json)> AnswerAsync(ProviderRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Task.FromResult(request.Headers.GetValueOrDefault("Authorization") != $"Bearer {_key}" ? Error(HttpStatusCode.Unauthorized, "Incorrect API key")
            : (request.Method, request.Path) switch
            {
                ("POST", "/v1/embeddings") => Embeddings(request.Json),
                ("POST", "/v1/chat/completions") => Chat(request.Json),
                _ => Error(HttpStatusCode.NotFound, $"Unknown request {request.Path}"),
            });
    }

    private static (HttpStatusCode, string) Error(HttpStatusCode status, string message) => (status, new JsonObject { ["error"] = new JsonObject { ["message"] = message } }.ToJsonString());

    private (HttpStatusCode, string) Embeddings(JsonElement request)
    {
        var input = request.GetProperty("input");
        string[] texts = input.ValueKind == JsonValueKind.String ? [input.GetString()!] : [.. input.EnumerateArray().Select(text => text.GetString()!)];
        bool Has(string text, string? part) => part is not null && text.Contains(part, StringComparison.Ordinal);
        if (texts.Any(text => Has(text, Failing)))
            return Error(HttpStatusCode.InternalServerError, "Our fault");
        if (texts.Any(text => text.Length == 0 || Has(text, Refused)))
            return Error(HttpStatusCode.BadRequest, "This input cannot be taken");
        var dimensions = request.TryGetProperty("dimensions", out var wanted) ? wanted.GetInt32() : Dimensions;
        var asBytes = request.TryGetProperty("encoding_format", out var format) && format.GetString() == "base64";
        var data = new JsonArray();
        foreach (var text in texts)
        {
            var vector = Has(text, Meaningless) ? new float[dimensions] : VectorOf(text, dimensions);
            JsonNode embedding = asBytes ? Convert.ToBase64String(System.Runtime.InteropServices.MemoryMarshal.AsBytes(vector.AsSpan())) : new JsonArray([.. vector.Select(number => (JsonNode)number)]);
            data.Add(new JsonObject { ["object"] = "embedding", ["index"] = data.Count, ["embedding"] = embedding });
        }

        return (HttpStatusCode.OK, new JsonObject
        {
            ["object"] = "list", ["data"] = data, ["model"] = request.GetProperty("model").GetString(), ["usage"] = new JsonObject { ["prompt_tokens"] = texts.Length, ["total_tokens"] = texts.Length },
        }.ToJsonString());
    }

    /// <summary>The vector of a text, of length one.</summary>
    public static float[] VectorOf(string text, int dimensions)
    {
        ArgumentNullException.ThrowIfNull(text);
        var vector = new float[dimensions];
        // A little of everything, so that no text is at a right angle to all others.
        Array.Fill(vector, 0.01f);
        foreach (var word in text.ToLowerInvariant().Split([' ', '\n', '.', ',', '?', '!'], StringSplitOptions.RemoveEmptyEntries))
            vector[(int)(Hash(word) % (uint)dimensions)] += 1;
        var length = MathF.Sqrt(vector.Sum(number => number * number));
        return [.. vector.Select(number => number / length)];
    }

    // The same in every process.
    private static uint Hash(string word) => Encoding.UTF8.GetBytes(word).Aggregate(2166136261u, (hash, letter) => (hash ^ letter) * 16777619u);
}
