using System.Xml.Linq;

namespace House.Tests;

/// <summary>A project file as it is written.</summary>
internal sealed record Project(string File, XDocument Xml)
{
    public string Name => Path.GetFileNameWithoutExtension(File);

    public string Folder => Path.GetDirectoryName(File)!.Replace('\\', '/');

    /// <summary>Neither a test nor a stand-in nor plumbing.</summary>
    public bool IsProduct => !Folder.Contains('/', StringComparison.Ordinal);

    public bool IsStandIn => Folder.StartsWith("StandIns/", StringComparison.Ordinal);

    public IEnumerable<string> ProjectReferences
        => Includes("ProjectReference").Select(path => Path.GetFileNameWithoutExtension(path.Replace('\\', '/')));

    public IEnumerable<string> PackageReferences => Includes("PackageReference");

    public static Project Load(string file) => new(file, XDocument.Parse(House.Read(file)));

    public string? Property(string name) => Xml.Descendants(name).LastOrDefault()?.Value;

    public override string ToString() => Name;

    private IEnumerable<string> Includes(string item) => Xml.Descendants(item).Select(found => found.Attribute("Include")?.Value).OfType<string>();
}
