using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace House.Tests.Configuration;

/// <summary>The doc comments of an assembly, as the compiler wrote them beside it.</summary>
internal sealed partial class Comments(string assembly)
{
    private readonly Dictionary<string, XElement> _members = XDocument.Load(Path.Combine(AppContext.BaseDirectory, $"{assembly}.xml"))
        .Descendants("member").ToDictionary(member => member.Attribute("name")!.Value);

    /// <summary>What is said of a type or a property, on one line of Markdown.</summary>
    public string Of(string id) => _members.TryGetValue(id, out var member) && member.Element("summary") is { } summary
        ? Blanks().Replace(Text(summary), " ").Trim().Replace("|", "\\|", StringComparison.Ordinal)
        : throw new InvalidOperationException($"{assembly}: {id} has no doc comment.");

    private static string Text(XElement element)
    {
        var text = new StringBuilder();
        foreach (var node in element.Nodes())
            text.Append(node switch
            {
                XText plain => plain.Value,
                XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
                XElement { Name.LocalName: "see" } see => $"`{(see.Attribute("cref")?.Value.Split('.', ':')[^1] ?? see.Attribute("langword")?.Value)}`",
                XElement other => $" {Text(other)} ",
                _ => "",
            });
        return text.ToString();
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
