using System.Text.Json;

namespace AppHost.Tests;

public sealed class ManifestTests
{
    [Fact]
    public async Task The_manifest_names_every_service_and_holds_no_address_of_this_machine()
    {
        var folder = Directory.CreateTempSubdirectory("manifest-");
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
            await using var appHost = AppHostProcess.Start("--publisher", "manifest", "--output-path", folder.FullName);
            await appHost.EndedAsync(limit.Token);

            Assert.True(appHost.ExitCode == 0, appHost.Output);
            var text = await File.ReadAllTextAsync(Path.Combine(folder.FullName, "aspire-manifest.json"), limit.Token);
            using var manifest = JsonDocument.Parse(text);
            var resources = manifest.RootElement.GetProperty("resources");
            Assert.Equal("project.v0", resources.GetProperty("api").GetProperty("type").GetString());
            Assert.True(resources.GetProperty("api").GetProperty("bindings").GetProperty("http").GetProperty("external").GetBoolean());
            Assert.True(resources.TryGetProperty("worker", out _) && resources.TryGetProperty("migrations", out _));
            Assert.Equal("{api-key.value}", resources.GetProperty("worker").GetProperty("env").GetProperty("ApiKeys__Bootstrap").GetString());
            Assert.Equal(resources.GetProperty("api").GetProperty("env").GetProperty("ApiKeys__Bootstrap").GetString(), resources.GetProperty("worker").GetProperty("env").GetProperty("ApiKeys__Bootstrap").GetString());
            Assert.DoesNotContain("vacuum-analyze", text, StringComparison.Ordinal);
            Assert.DoesNotContain("localhost:", text, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
