using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace House.Tests;

public partial class VersionTests
{
    private static readonly XDocument _central = XDocument.Parse(House.Read("Directory.Packages.props"));

    [Fact]
    public void The_version_of_the_Aspire_Sdk_in_AppHost_is_the_central_one()
    {
        var central = _central.Descendants("AspireVersion").Single().Value;
        var literal = SdkVersion().Matches(House.Read("AppHost/AppHost.csproj")).Select(match => match.Groups[1].Value).ToArray();
        Assert.NotEmpty(literal);
        Assert.All(literal, version => Assert.Equal(central, version));
    }

    [Fact]
    public void Every_package_has_one_central_version_and_no_project_states_its_own()
    {
        var versions = _central.Descendants("PackageVersion").Select(version => version.Attribute("Include")!.Value).ToArray();
        Assert.Equal(versions.Distinct(), versions);
        var projects = House.Projects.Where(project => project.Name != "FeedProbe").ToArray();
        Assert.All(projects, project => Assert.Empty(project.PackageReferences.Except(versions)));
        Assert.All(projects, project => Assert.DoesNotContain(project.Xml.Descendants("PackageReference"),
            reference => reference.Attribute("Version") is not null || reference.Attribute("VersionOverride") is not null));
    }

    [GeneratedRegex("""Sdk="Aspire\.AppHost\.Sdk(?:/|"\s+Version=")([0-9][^"]*)["]""")]
    private static partial Regex SdkVersion();
}
