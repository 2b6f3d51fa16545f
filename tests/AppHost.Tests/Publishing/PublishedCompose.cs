using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using PostgresForTests;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace AppHost.Tests.Publishing;

/// <summary>What the AppHost publishes for Compose: the file, and the .env beside it.</summary>
internal sealed partial class PublishedCompose
{
    private static readonly ConcurrentDictionary<string, Lazy<Task<PublishedCompose>>> _variants = new();

    private PublishedCompose(string yaml, string variables) => (Yaml, VariablesFile, File) = (yaml, variables, Read(yaml));

    /// <summary>As it was written.</summary>
    public string Yaml { get; }

    /// <summary>As it was written.</summary>
    public string VariablesFile { get; }

    /// <summary>The file's contents.</summary>
    public JsonObject File { get; }

    public JsonObject Services => File["services"]!.AsObject();

    /// <summary>The services whose names begin so.</summary>
    public IEnumerable<JsonObject> ServicesOf(string prefix) =>
        Services.Where(service => service.Key.StartsWith(prefix, StringComparison.Ordinal)).Select(service => service.Value!.AsObject());

    /// <summary>The variables that the file uses.</summary>
    public IEnumerable<string> UsedVariables => Variable().Matches(Yaml).Select(match => match.Groups[1].Value).Distinct().Order(StringComparer.Ordinal);

    /// <summary>The variables of the .env file with their values.</summary>
    public IReadOnlyDictionary<string, string> Variables => VariablesFile.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .Where(line => !line.StartsWith('#')).Select(line => line.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);

    /// <summary>Publishes a variant, once for all tests.</summary>
    public static Task<PublishedCompose> OfAsync(string variant, string[] settings) =>
        _variants.GetOrAdd(variant, _ => new(() => WriteAsync(null, settings))).Value;

    /// <summary>Publishes.</summary>
    /// <param name="variables">What the .env file has before; null when there is none.</param>
    /// <param name="settings">The AppHost's settings.</param>
    public static async Task<PublishedCompose> WriteAsync(string? variables, params string[] settings)
    {
        var folder = Directory.CreateDirectory(Path.Combine(PostgresBinaries.RepositoryRoot, "artifacts", "compose-tests", Path.GetRandomFileName()));
        try
        {
            var (file, env) = (Path.Combine(folder.FullName, "docker-compose.yaml"), Path.Combine(folder.FullName, ".env"));
            if (variables is not null)
                await System.IO.File.WriteAllTextAsync(env, variables);
            using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
            await using var appHost = AppHostProcess.Start(["--operation", "publish", "--step", "publish", "--output-path", folder.FullName, .. settings]);
            await appHost.EndedAsync(limit.Token);
            Assert.True(appHost.ExitCode == 0, appHost.Output);
            return new(await System.IO.File.ReadAllTextAsync(file, limit.Token), await System.IO.File.ReadAllTextAsync(env, limit.Token));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Without what differs from one version of the Aspire packages to another: the order of what has none, and variables of their own.</summary>
    public string ToComparableText()
    {
        var copy = File.DeepClone().AsObject();
        foreach (var (_, service) in copy["services"]!.AsObject())
        {
            var environment = service!["environment"]!.AsObject();
            foreach (var name in environment.Select(pair => pair.Key).Where(name => PublishedManifest.OfPackages().IsMatch(name)).ToList())
                environment.Remove(name);
        }

        return Sorted(copy)!.ToJsonString(new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }) + "\n";
    }

    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject map => new JsonObject(map.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => KeyValuePair.Create(pair.Key, Sorted(pair.Value)))),
        JsonArray list => new JsonArray([.. list.Select(Sorted)]),
        _ => node?.DeepClone(),
    };

    private static JsonObject Read(string yaml)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(yaml));
        return Json(stream.Documents.Single().RootNode)!.AsObject();
    }

    private static JsonNode? Json(YamlNode node) => node switch
    {
        YamlMappingNode map => new JsonObject(map.Children.Select(pair => KeyValuePair.Create(((YamlScalarNode)pair.Key).Value!, Json(pair.Value)))),
        YamlSequenceNode list => new JsonArray([.. list.Children.Select(Json)]),
        // Only what stands without quotes can be anything but text.
        YamlScalarNode { Style: ScalarStyle.Plain, Value: { } plain } when bool.TryParse(plain, out var flag) => flag,
        YamlScalarNode { Style: ScalarStyle.Plain, Value: { } plain } when int.TryParse(plain, NumberStyles.None, CultureInfo.InvariantCulture, out var number) => number,
        YamlScalarNode scalar => scalar.Value,
        _ => throw new NotSupportedException($"{node.NodeType} has no place in a compose file."),
    };

    [GeneratedRegex(@"\$\{([A-Z0-9_]+)")]
    private static partial Regex Variable();
}
