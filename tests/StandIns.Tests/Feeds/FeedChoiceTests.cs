using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace StandIns.Tests.Feeds;

public sealed partial class FeedChoiceTests : IDisposable
{
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromMinutes(5));
    private readonly ScratchRepository _repository = new();

    [Fact]
    public async Task A_feed_without_the_packages_builds_the_stand_ins_by_the_first_command_and_says_so_once()
    {
        _repository.Write("Product/Use.cs", "internal static class Use { internal static System.Type Of => typeof(Pgvector.Vector); }");

        var (exitCode, output) = await _repository.DotnetAsync("build", _repository.Feed, _limit.Token);
        var (again, second) = await _repository.DotnetAsync("build", _repository.Feed, _limit.Token);

        Assert.True(exitCode == 0, output);
        Assert.Single(Notice().Matches(output));
        Assert.Contains("Aspire.Hosting", output, StringComparison.Ordinal);
        Assert.Contains("<UseStandIns>true</UseStandIns>", Assert.Single(_repository.Choices), StringComparison.Ordinal);
        Assert.True(again == 0, second);
        Assert.Empty(Notice().Matches(second));
    }

    [Fact]
    public async Task A_feed_with_the_packages_is_used()
    {
        PublishAll();

        var (exitCode, output) = await _repository.DotnetAsync("build", _repository.Feed, _limit.Token);

        Assert.True(exitCode == 0, output);
        Assert.Empty(Notice().Matches(output));
        Assert.Contains("<UseStandIns>false</UseStandIns>", Assert.Single(_repository.Choices), StringComparison.Ordinal);
        Assert.DoesNotContain("StandIns", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0.1.3")]
    [InlineData("999.0.0")]
    public async Task A_feed_with_a_lower_or_a_higher_version_alone_counts_as_lacking_the_package(string version)
    {
        PublishAll(except: "Pgvector");
        _repository.Publish("Pgvector", version);

        var (exitCode, output) = await _repository.DotnetAsync("build", _repository.Feed, _limit.Token);

        Assert.True(exitCode == 0, output);
        Assert.Contains("The NuGet feed lacks Pgvector: building StandIns/", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_feed_that_is_down_is_an_error_and_nothing_is_remembered()
    {
        // Nothing listens at port 9 of the loopback address.
        var (exitCode, output) = await _repository.DotnetAsync("restore", "http://127.0.0.1:9/index.json", _limit.Token);

        Assert.NotEqual(0, exitCode);
        Assert.Contains("The NuGet feed could not be asked", output, StringComparison.Ordinal);
        Assert.Contains("-p:UseStandIns", output, StringComparison.Ordinal);
        Assert.Empty(_repository.Choices);
    }

    public void Dispose()
    {
        _limit.Dispose();
        _repository.Dispose();
    }

    [GeneratedRegex("The NuGet feed lacks .* building StandIns/ in their place")]
    private static partial Regex Notice();

    private void PublishAll(string? except = null)
    {
        var root = Path.GetDirectoryName(_repository.Feed)!;
        var packages = XDocument.Load(Path.Combine(root, "Directory.Packages.props"));
        var properties = packages.Descendants("PropertyGroup").Elements().ToDictionary(property => property.Name.LocalName, property => property.Value);
        foreach (var standIn in Directory.EnumerateDirectories(Path.Combine(root, "StandIns")).Select(folder => Path.GetFileName(folder)!))
        {
            var version = packages.Descendants("PackageVersion").SingleOrDefault(package => package.Attribute("Include")!.Value == standIn)?.Attribute("Version")!.Value ?? "$(AspireVersion)";
            if (standIn != except)
            {
                _repository.Publish(standIn, properties.TryGetValue(version.Trim('$', '(', ')'), out var value) ? value : version);
            }
        }

        _repository.Publish("Aspire.AppHost.Sdk", properties["AspireVersion"], isSdk: true);
    }
}
