namespace OperationsCatalogue.Tests;

public class ReferenceTests
{
    [Fact]
    public void The_reference_in_docs_is_what_the_catalogue_says()
    {
        var root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "ConversationPlatform.sln")))
            root = Path.GetDirectoryName(root)!;
        var written = File.ReadAllText(Path.Combine(root, "docs", "operations.md"));
        Assert.True(written == OperationReference.Write(Catalogue.Operations),
            "docs/operations.md is not what the catalogue says. Write it anew: dotnet run --project MaintenanceWorker -- reference > docs/operations.md");
    }

    [Fact]
    public void Every_operation_has_its_section_of_the_guide_beside_it()
    {
        string[] sections =
        [
            "Installation & Setup", "Running Migrations", "Backup & Restore", "Scheduled Backups (cron)", "Monitoring & Alerts", "High Availability", "Disaster Recovery",
            "Performance Optimization", "Security & Access Control", "Troubleshooting",
        ];
        Assert.All(Catalogue.Operations, operation => Assert.Contains(operation.GuideSection, sections));
    }
}
