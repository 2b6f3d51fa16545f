namespace House.Tests.Configuration;

public class ConfigurationReferenceTests
{
    [Fact]
    public void The_reference_of_all_settings_is_current()
    {
        const string File = "docs/configuration.md";
        var written = ConfigurationReference.Write();
        var path = Path.Combine(House.Root, File);
        if (System.IO.File.Exists(path) && written == System.IO.File.ReadAllText(path))
            return;
        var current = Path.Combine(Directory.CreateDirectory(Path.Combine(House.Root, "artifacts")).FullName, "configuration.md");
        System.IO.File.WriteAllText(current, written);
        Assert.Fail($"{File} does not say what the options classes say. The current text is in {current}: read it and copy it over.");
    }
}
