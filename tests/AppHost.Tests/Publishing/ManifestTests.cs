using System.Text.RegularExpressions;
using PostgresForTests;

namespace AppHost.Tests.Publishing;

public sealed partial class ManifestTests
{
    internal const string Secret = "a-value-that-must-not-be-written-0123456789";

    public static TheoryData<string, string[]> Variants => new()
    {
        { "default", [] },
        { "synchronous", ["--Postgres:Replicas=2", "--Postgres:Durability=synchronous"] },
        { "external", ["--Postgres:Runtime=external"] },
    };

    [Theory]
    [MemberData(nameof(Variants))]
    public async Task The_manifest_is_the_one_that_was_reviewed(string variant, string[] settings)
    {
        var written = (await PublishedManifest.WriteAsync(settings)).ToComparableText();
        var golden = Path.Combine(PostgresBinaries.RepositoryRoot, "tests", "AppHost.Tests", "Publishing", "Manifests", $"{variant}.json");
        var reviewed = File.Exists(golden) ? await File.ReadAllTextAsync(golden) : "";
        if (written == reviewed)
            return;

        var actual = Path.Combine(PostgresBinaries.RepositoryRoot, "artifacts", "manifests", $"{variant}.json");
        await File.WriteAllTextAsync(actual, written);
        var line = written.Split('\n').Zip(reviewed.Split('\n')).FirstOrDefault(pair => pair.First != pair.Second);
        Assert.Fail($"The manifest differs from {golden}. If that is meant, copy {actual} over it. First difference:\n  is  {line.First}\n  was {line.Second}");
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public async Task The_manifest_follows_the_public_schema(string variant, string[] settings)
    {
        var manifest = await PublishedManifest.WriteAsync(settings);
        var schema = await PublicSchema.ReadAsync("aspire-8.0.schema.json");
        Assert.Empty(schema.Validate(manifest.Text));

        // The schema refuses what is wrong.
        manifest.Resources["api"]!["kind"] = variant;
        Assert.NotEmpty(schema.Validate(manifest.Json.ToJsonString()));
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public async Task Secrets_are_inputs_without_values_and_nothing_of_this_machine_is_written(string variant, string[] settings)
    {
        var manifest = await PublishedManifest.WriteAsync([.. settings, $"--Postgres:ConnectionString=Host=db;Password={Secret}", $"--Parameters:api-key={Secret}",
            $"--Parameters:reply-token-key={Secret}", $"--Parameters:postgres-app-password={Secret}", $"--POSTMARK_API_TOKEN={Secret}", $"--OPENAI_API_KEY={Secret}"]);

        Assert.False(manifest.Text.Contains(Secret, StringComparison.Ordinal), $"{variant} has a secret's value.");
        Assert.DoesNotContain(PostgresBinaries.RepositoryRoot, manifest.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("localhost", manifest.Text, StringComparison.Ordinal);
        foreach (var (name, resource) in manifest.Resources)
        {
            foreach (var (key, value) in resource!["env"]?.AsObject() ?? [])
                Assert.True(!SecretName().IsMatch(key) || Reference().IsMatch((string)value!), $"{name}: {key} is '{value}', not a reference to an input.");
            if ((string?)resource["type"] == "parameter.v0" && SecretName().IsMatch(name))
                Assert.True((bool?)resource["inputs"]!["value"]!["secret"], $"{name} is not marked as a secret.");
        }
    }

    [Fact]
    public async Task Everything_that_a_service_refers_to_is_there()
    {
        var manifest = await PublishedManifest.WriteAsync();
        foreach (var reference in Reference().Matches(manifest.Text).Select(match => match.Groups[1].Value).Distinct())
            Assert.True(manifest.Resources.ContainsKey(reference), $"{{{reference}...}} names nothing.");
    }

    [GeneratedRegex("(?i)(password|secret|token|apikey|api-key|bootstrap|control-?key|connection-?strings?(_|$))")]
    internal static partial Regex SecretName();

    [GeneratedRegex(@"\{([a-z0-9-]+)\.[A-Za-z0-9.]+\}")]
    private static partial Regex Reference();
}
