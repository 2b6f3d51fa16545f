using System.Text.RegularExpressions;

namespace House.Tests.Configuration;

public partial class ConfigurationReferenceTests
{
    [Fact]
    public void What_is_read_by_its_name_is_in_the_reference_too()
    {
        var written = ConfigurationReference.Write();
        var read = House.ProductSources.Where(file => !file.StartsWith("AppHost/", StringComparison.Ordinal))
            .SelectMany(file => ReadByName().Matches(House.Read(file)).Select(match => match.Groups["name"].Value)).Distinct().ToArray();
        Assert.Superset(new HashSet<string> { "DB_POOL_SIZE", "DATABASE_URL", "Worker:ApiKey", "OPENAI_API_KEY" }, read.ToHashSet());
        // ASP.NET Core's own.
        Assert.All(read.Except(["urls"]), name => Assert.Contains($"`{name}`", written, StringComparison.Ordinal));
    }

    [Fact]
    public void What_an_options_class_computes_is_no_setting() =>
        Assert.Equal(["Made:Given", "Made:Filled:<name>"], Setting.Of(typeof(Made), "Made", new Comments("House.Tests")).Select(setting => setting.Key));

    [GeneratedRegex("""onfiguration\["(?<name>\w[\w:-]*)"\]|(?:Number\(|Or\([^"\n]*, )configuration, "(?<name>\w+)"|const string \w*Variable = "(?<name>\w+)";""")]
    private static partial Regex ReadByName();

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
