namespace House.Tests;

public class WhoKnowsWhomTests
{
    /// <summary>AppHost names the services to start them as resources; all else are libraries.</summary>
    private static readonly Dictionary<string, string[]> _allowed = new()
    {
        ["ConversationData"] = [],
        ["OperationsCatalogue"] = [],
        ["ServiceDefaults"] = [],
        ["ConversationApi"] = ["ConversationData", "ServiceDefaults"],
        ["MaintenanceWorker"] = ["ConversationData", "OperationsCatalogue", "ServiceDefaults"],
        ["MigrationRunner"] = ["ConversationData", "ServiceDefaults"],
        ["PostgresNode"] = ["ServiceDefaults"],
        ["AppHost"] = ["ConversationApi", "MaintenanceWorker", "MigrationRunner", "OperationsCatalogue", "PostgresNode"],
    };

    [Fact]
    public void Each_project_of_the_product_knows_exactly_those_it_is_meant_to_know()
    {
        Assert.Equal(_allowed.Keys.Order(), House.ProductProjects.Select(project => project.Name).Order());
        Assert.All(House.ProductProjects, project => Assert.Equal(_allowed[project.Name].Order(), project.ProjectReferences.Order()));
    }

    [Fact]
    public void Nothing_outside_of_the_tests_knows_a_test_and_nothing_but_them_knows_a_stand_in()
    {
        var standIns = House.Projects.Where(project => project.IsStandIn).Select(project => project.Name).ToHashSet();
        Assert.All(House.ProductProjects, project => Assert.DoesNotContain(project.ProjectReferences,
            reference => standIns.Contains(reference) || reference.EndsWith(".Tests", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_product_does_not_know_the_stand_ins_by_name()
    {
        var files = House.ProductSources.Concat(House.ProductProjects.Select(project => project.File))
            // Its SDK cannot be resolved where the feed lacks it, so this one project file asks which it is.
            .Where(file => file != "AppHost/AppHost.csproj").ToArray();
        Assert.NotEmpty(files);
        Assert.DoesNotContain(files, file => House.Read(file).Contains("StandIn", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void Only_AppHost_knows_services_and_only_as_resources()
    {
        var appHost = House.ProductProjects.Single(project => project.Name == "AppHost");
        var libraries = appHost.Xml.Descendants("ProjectReference")
            .Where(reference => reference.Attribute("IsAspireProjectResource")?.Value == "false")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value));
        Assert.Equal(["OperationsCatalogue"], libraries);
    }
}
