using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using PostgresForTests;

namespace AppHost.Tests.Publishing;

/// <summary>What the AppHost publishes as its manifest.</summary>
internal sealed partial class PublishedManifest
{
    private PublishedManifest(string text) => (Text, Json) = (text, JsonNode.Parse(text)!);

    /// <summary>As it was written.</summary>
    public string Text { get; }

    /// <summary>As it was written.</summary>
    public JsonNode Json { get; }

    public JsonObject Resources => Json["resources"]!.AsObject();

    public static async Task<PublishedManifest> WriteAsync(params string[] settings)
    {
        var folder = Directory.CreateDirectory(Path.Combine(PostgresBinaries.RepositoryRoot, "artifacts", "manifests", Path.GetRandomFileName()));
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
            await using var appHost = AppHostProcess.Start(["--publisher", "manifest", "--output-path", folder.FullName, .. settings]);
            await appHost.EndedAsync(limit.Token);
            Assert.True(appHost.ExitCode == 0, appHost.Output);
            return new(await File.ReadAllTextAsync(Path.Combine(folder.FullName, "aspire-manifest.json"), limit.Token));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Without what differs from one version of the Aspire packages to another, or by the clone's place.</summary>
    public string ToComparableText()
    {
        var copy = Json.DeepClone();
        foreach (var (_, resource) in copy["resources"]!.AsObject())
        {
            if (resource!["env"]?.AsObject() is not { } environment)
                continue;
            foreach (var name in environment.Select(pair => pair.Key).Where(name => OfPackages().IsMatch(name)).ToList())
                environment.Remove(name);
        }

        return VolumeHash().Replace(copy.ToJsonString(new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }), "apphost-<hash>-")
            .Replace("\"../../../", "\"", StringComparison.Ordinal).Replace("\"../../..\"", "\".\"", StringComparison.Ordinal) + "\n";
    }

    [GeneratedRegex("^(OTEL_DOTNET_EXPERIMENTAL_.*|HTTPS?_PORTS)$")]
    internal static partial Regex OfPackages();

    [GeneratedRegex("apphost-[0-9a-f]{10}-")]
    private static partial Regex VolumeHash();
}
