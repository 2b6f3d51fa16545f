namespace House.Tests;

/// <summary>What the images are built from; that they can be built is for a test with a container engine.</summary>
public class DockerfileTests
{
    public static TheoryData<string> Dockerfiles => [.. House.Files.Where(file => Path.GetFileName(file) == "Dockerfile")];

    [Theory]
    [MemberData(nameof(Dockerfiles))]
    public void A_Dockerfile_takes_in_the_projects_that_it_needs_and_no_other(string file)
    {
        var needed = Needed(Path.GetDirectoryName(file)!).Distinct().Order().ToArray();
        var lines = House.Read(file).Split('\n').Select(line => line.Trim()).ToArray();
        var projects = House.ProductProjects.Select(project => project.Name).ToArray();
        // Its file before packages are restored, its sources after.
        Assert.Equal(needed, projects.Where(project => lines.Contains($"COPY {project}/*.csproj {project}/")).Order());
        Assert.Equal(needed, projects.Where(project => lines.Contains($"COPY {project} {project}")).Order());
        Assert.DoesNotContain("COPY . .", lines);
    }

    [Theory]
    [MemberData(nameof(Dockerfiles))]
    public void A_Dockerfile_needs_no_registry_but_those_that_its_arguments_name(string file)
    {
        var lines = House.Read(file).Split('\n');
        Assert.DoesNotContain(lines, line => line.StartsWith("# syntax", StringComparison.OrdinalIgnoreCase));
        Assert.All(lines.Where(line => line.StartsWith("FROM ", StringComparison.Ordinal)), line => Assert.StartsWith("FROM ${", line, StringComparison.Ordinal));
    }

    private static IEnumerable<string> Needed(string project) =>
        House.ProductProjects.Single(candidate => candidate.Name == project).ProjectReferences.SelectMany(Needed).Append(project);
}
