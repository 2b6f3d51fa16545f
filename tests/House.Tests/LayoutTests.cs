using System.Text.RegularExpressions;

namespace House.Tests;

public partial class LayoutTests
{
    private static readonly string[] _emptyWords = ["Helper", "Helpers", "Util", "Utils", "Utility", "Utilities", "Manager", "Managers", "Common"];

    public static TheoryData<string> TestedProjects => [.. House.ProductProjects.Select(project => project.Name)];

    [Theory]
    [MemberData(nameof(TestedProjects))]
    public void Each_project_of_the_product_has_its_test_project(string name)
        => Assert.Contains($"tests/{name}.Tests/{name}.Tests.csproj", House.Files);

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var solution = House.Read("ConversationPlatform.sln").Replace('\\', '/');
        Assert.DoesNotContain(House.Projects.Where(project => project.Name != "FeedProbe"),
            project => !solution.Contains($"\"{project.File}\"", StringComparison.Ordinal));
    }

    [Fact]
    public void Programs_stay_within_40_lines()
        => Assert.All(House.Files.Where(file => Path.GetFileName(file) is "Program.cs"),
            file => Assert.InRange(File.ReadAllLines(Path.Combine(House.Root, file)).Length, 1, 40));

    [Fact]
    public void No_folder_and_no_type_is_named_after_nothing_in_particular()
    {
        var sources = House.Files.Where(file => file.EndsWith(".cs", StringComparison.Ordinal)).ToArray();
        Assert.DoesNotContain(sources, file => file.Split('/')[..^1].Intersect(_emptyWords).Any());
        var types = sources.SelectMany(file => TypeDeclaration().Matches(House.Read(file)).Select(match => $"{file}: {match.Groups[1].Value}"));
        Assert.DoesNotContain(types, type => _emptyWords.Any(word => type.EndsWith(word, StringComparison.Ordinal)));
    }

    [Fact]
    public void Doc_comments_are_required_of_every_project_of_the_product()
    {
        Assert.Contains("<GenerateDocumentationFile>true</GenerateDocumentationFile>", House.Read("Directory.Build.props"), StringComparison.Ordinal);
        Assert.Contains("<TreatWarningsAsErrors>true</TreatWarningsAsErrors>", House.Read("Directory.Build.props"), StringComparison.Ordinal);
        Assert.All(House.ProductProjects, project =>
        {
            Assert.Null(project.Property("GenerateDocumentationFile"));
            Assert.Null(project.Property("TreatWarningsAsErrors"));
            Assert.DoesNotContain("CS1591", project.Property("NoWarn") ?? "", StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Every_decision_is_linked_from_the_index()
    {
        var records = House.Files.Where(file => file.StartsWith("docs/decisions/", StringComparison.Ordinal)
            && file.EndsWith(".md", StringComparison.Ordinal) && Path.GetFileName(file) != "README.md").Select(Path.GetFileName).ToArray();
        Assert.NotEmpty(records);
        var index = House.Read("docs/decisions/README.md");
        Assert.All(records, record => Assert.Contains($"({record})", index, StringComparison.Ordinal));
    }

    [GeneratedRegex(@"\b(?:class|record|struct|interface|enum)\s+([A-Z]\w*)")]
    private static partial Regex TypeDeclaration();
}
