using System.Text.RegularExpressions;

namespace House.Tests;

/// <summary>The repository says nothing about where it was made or which feed it is built from.</summary>
public partial class PlaceTests
{
    private static readonly string[] _textFiles =
        [".cs", ".csproj", ".props", ".targets", ".json", ".md", ".sh", ".yml", ".yaml", ".xml", ".config", ".sln", ".txt", ".proto", ".http", ".env", "Dockerfile", "run"];

    public static TheoryData<string, string> Traces => new()
    {
        { "a NuGet feed", "https://packages.example/v3/index.json" },
        { "a feed's host", "https://www." + "nuget.org/packages" },
        { "an npm registry", "registry=https://registry." + "npmjs.org/" },
        { "a home folder", "cat /home/someone/file" },
        { "a home folder", "/Users/someone/src" },
        { "a home folder", @"C:\Users\someone\src" },
        { "root's home", "/" + "root/.nuget/packages" },
    };

    [Fact]
    public void No_file_names_a_package_registry_or_a_home_folder()
    {
        var found = House.Files.Where(file => file != "tests/House.Tests/PlaceTests.cs" && _textFiles.Any(end => file.EndsWith(end, StringComparison.Ordinal)))
            .SelectMany(file => Found(House.Read(file)).Select(trace => $"{file}: {trace}"));
        Assert.Empty(found);
    }

    [Theory]
    [MemberData(nameof(Traces))]
    public void Each_kind_of_trace_would_be_found(string kind, string text)
        => Assert.True(Found(text).Any(), kind);

    [Fact]
    public void There_are_no_lock_files_and_no_feed_is_configured()
    {
        string[] names = ["packages.lock.json", "package-lock.json", "yarn.lock", "pnpm-lock.yaml", "nuget.config", ".npmrc"];
        Assert.DoesNotContain(House.Files, file => names.Contains(Path.GetFileName(file), StringComparer.OrdinalIgnoreCase));
    }

    private static IEnumerable<string> Found(string text)
        => Registry().Matches(text).Concat(Home().Matches(text)).Select(match => match.Value);

    [GeneratedRegex(@"https?://\S*/v3/index\.json|\b(?:nuget\.org|npmjs\.org|npmjs\.com|pypi\.org|crates\.io)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Registry();

    [GeneratedRegex(@"(?<![\w.$}])/home/(?!linuxbrew/)[a-z]\w*/|(?<![\w.])/Users/\w+/|[A-Za-z]:\\Users\\\w+|(?<![\w.$}])/roo[t]/[.\w]")]
    private static partial Regex Home();
}
