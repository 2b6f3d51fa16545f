using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using PostgresForTests;

namespace AppHost.Tests.Publishing;

public sealed partial class ComposeTests
{
    private static readonly string _reviewed = Path.Combine(PostgresBinaries.RepositoryRoot, "tests", "AppHost.Tests", "Publishing", "Compose");

    public static TheoryData<string, string[]> Variants => ManifestTests.Variants;

    [Theory]
    [MemberData(nameof(Variants))]
    public async Task The_compose_file_is_the_one_that_was_reviewed(string variant, string[] settings)
    {
        var compose = await PublishedCompose.OfAsync(variant, settings);
        await ReviewedAsync($"{variant}.json", compose.ToComparableText());
        await ReviewedAsync($"{variant}.env", compose.VariablesFile);
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public async Task The_compose_file_follows_the_public_schema(string variant, string[] settings)
    {
        var compose = await PublishedCompose.OfAsync(variant, settings);
        var schema = await PublicSchema.ReadAsync("compose-spec.schema.json");
        Assert.Empty(schema.Validate(compose.File.ToJsonString()));

        // The schema refuses what is wrong.
        var wrong = compose.File.DeepClone();
        wrong["services"]!["api"]!["restarts"] = "always";
        Assert.NotEmpty(schema.Validate(wrong.ToJsonString()));
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public async Task Secrets_are_variables_without_values_and_nothing_of_this_machine_is_written(string variant, string[] settings)
    {
        var compose = await PublishedCompose.WriteAsync(null, [.. settings, $"--Postgres:ConnectionString=Host=db;Password={ManifestTests.Secret}", $"--Parameters:api-key={ManifestTests.Secret}",
            $"--Parameters:reply-token-key={ManifestTests.Secret}", $"--Parameters:postgres-app-password={ManifestTests.Secret}", $"--POSTMARK_API_TOKEN={ManifestTests.Secret}", $"--OPENAI_API_KEY={ManifestTests.Secret}"]);

        foreach (var text in new[] { compose.Yaml, compose.VariablesFile })
        {
            Assert.False(text.Contains(ManifestTests.Secret, StringComparison.Ordinal), $"{variant} has a secret's value.");
            Assert.DoesNotContain(PostgresBinaries.RepositoryRoot, text, StringComparison.Ordinal);
            Assert.DoesNotContain(Environment.MachineName, text, StringComparison.Ordinal);
            Assert.DoesNotContain("localhost", text, StringComparison.Ordinal);
        }

        Assert.All(compose.Variables, variable => Assert.Equal("", variable.Value));
        foreach (var (name, service) in compose.Services)
            foreach (var (key, value) in service!["environment"]!.AsObject())
                Assert.True(!ManifestTests.SecretName().IsMatch(key) || Variable().IsMatch((string)value!), $"{name}: {key} is '{value}', not a variable.");
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public async Task Everything_that_is_named_is_there(string variant, string[] settings)
    {
        var compose = await PublishedCompose.OfAsync(variant, settings);
        foreach (var (name, service) in compose.Services)
        {
            Assert.All(service!["depends_on"]?.AsObject() ?? [], other => Assert.Contains(other.Key, compose.Services));
            Assert.All(service["networks"]!.AsArray(), network => Assert.Contains((string)network!, compose.File["networks"]!.AsObject()));
            Assert.All(service["volumes"]?.AsArray() ?? [], volume => Assert.Contains((string)volume!["source"]!, compose.File["volumes"]!.AsObject()));
            foreach (Match host in Host().Matches(service["environment"]!.ToJsonString()))
                Assert.True(compose.Services.ContainsKey(host.Groups[1].Value), $"{name} speaks to {host.Value}, which is not there.");
        }

        Assert.Equal(compose.UsedVariables, compose.Variables.Keys.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public async Task Nodes_stay_up_have_time_to_end_and_a_volume_each(string variant, string[] settings)
    {
        var compose = await PublishedCompose.OfAsync(variant, settings);
        var nodes = compose.ServicesOf("postgres-").ToArray();

        Assert.Equal(variant switch { "external" => 0, "synchronous" => 3, _ => 2 }, nodes.Length);
        Assert.All(nodes, node =>
        {
            Assert.Equal("unless-stopped", (string?)node["restart"]);
            Assert.Equal("60s", (string?)node["stop_grace_period"]);
            Assert.Equal("/var/lib/postgresql", (string?)node["volumes"]!.AsArray().Single()!["target"]);
            Assert.Equal(["CMD", .. ImageCheck()], node["healthcheck"]!["test"]!.AsArray().Select(part => (string)part!));
        });
        Assert.Equal(nodes.Length, nodes.Select(node => (string)node["volumes"]![0]!["source"]!).Distinct().Count());

        // The project's name is a part of each volume's: the same wherever the file is put, or the nodes would open empty volumes.
        Assert.Equal("conversation-platform", (string?)compose.File["name"]);
        Assert.DoesNotContain("apphost", compose.Yaml, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public async Task Migrations_run_once_between_healthy_nodes_and_the_services(string variant, string[] settings)
    {
        var compose = await PublishedCompose.OfAsync(variant, settings);
        var nodes = compose.Services.Select(service => service.Key).Where(name => name.StartsWith("postgres-", StringComparison.Ordinal));

        Assert.Equal("no", (string?)compose.Services["migrations"]!["restart"]);
        Assert.Equal(nodes.Select(node => (node, "service_healthy")), Conditions(compose.Services["migrations"]!));
        foreach (var service in new[] { "api", "worker" })
        {
            Assert.Equal([("migrations", "service_completed_successfully")], Conditions(compose.Services[service]!));
            Assert.Equal("unless-stopped", (string?)compose.Services[service]!["restart"]);
        }
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public async Task Only_the_API_has_a_port_on_the_machine_and_that_is_for_its_proxy(string variant, string[] settings)
    {
        var compose = await PublishedCompose.OfAsync(variant, settings);

        Assert.Equal(["api"], compose.Services.Where(service => service.Value!["ports"] is not null).Select(service => service.Key));
        Assert.Equal(["${API_ADDRESS:-127.0.0.1:8080}:8080"], compose.Services["api"]!["ports"]!.AsArray().Select(port => (string)port!));
        Assert.DoesNotContain(compose.Services, service => service.Key.Contains("dashboard", StringComparison.Ordinal));
        Assert.All(compose.Services, service => Assert.Equal("ALL", (string?)service.Value!["cap_drop"]!.AsArray().Single()));
    }

    [Fact]
    public async Task A_PostgreSQL_that_somebody_else_runs_leaves_no_nodes_and_no_volumes()
    {
        var compose = await PublishedCompose.OfAsync("external", ["--Postgres:Runtime=external"]);

        Assert.Equal(["api", "migrations", "worker"], compose.Services.Select(service => service.Key).Order());
        Assert.Null(compose.File["volumes"]);
        Assert.Contains("POSTGRES_CONNECTION_STRING", compose.Variables.Keys);
        Assert.DoesNotContain(compose.Variables.Keys, name => name.EndsWith("_PASSWORD", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_was_filled_in_stays_when_it_is_published_again()
    {
        var compose = await PublishedCompose.WriteAsync("# mine\nAPI_KEY=chosen\n\nOWN=1\n");

        Assert.Equal("chosen", compose.Variables["API_KEY"]);
        Assert.Equal("1", compose.Variables["OWN"]);
        Assert.Equal("", compose.Variables["REPLY_TOKEN_KEY"]);
    }

    private static IEnumerable<(string, string)> Conditions(JsonNode service) =>
        (service["depends_on"]?.AsObject() ?? []).Select(other => (other.Key, (string)other.Value!["condition"]!));

    // The images that Docker builds have the check of their own; it is said once more for those in the OCI format.
    private static string[] ImageCheck() => JsonSerializer.Deserialize<string[]>(
        HealthCheck().Match(File.ReadAllText(Path.Combine(PostgresBinaries.RepositoryRoot, "PostgresNode", "Dockerfile"))).Groups[1].Value)!;

    private static async Task ReviewedAsync(string name, string written)
    {
        var golden = Path.Combine(_reviewed, name);
        var reviewed = File.Exists(golden) ? await File.ReadAllTextAsync(golden) : "";
        if (written == reviewed)
            return;

        var actual = Path.Combine(Directory.CreateDirectory(Path.Combine(PostgresBinaries.RepositoryRoot, "artifacts", "compose-tests")).FullName, name);
        await File.WriteAllTextAsync(actual, written);
        var line = written.Split('\n').Zip(reviewed.Split('\n')).FirstOrDefault(pair => pair.First != pair.Second);
        Assert.Fail($"What is published differs from {golden}. If that is meant, copy {actual} over it. First difference:\n  is  {line.First}\n  was {line.Second}");
    }

    [GeneratedRegex(@"\$\{[A-Z0-9_]+(:\?[^}]*)?\}")]
    private static partial Regex Variable();

    [GeneratedRegex(@"(?:http://|Host=|,)([a-z0-9-]+):\d+")]
    private static partial Regex Host();

    [GeneratedRegex(@"HEALTHCHECK[^\[]*(\[.*\])")]
    private static partial Regex HealthCheck();
}
