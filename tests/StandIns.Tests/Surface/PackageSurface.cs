namespace StandIns.Tests.Surface;

/// <summary>The public types and members of a real package, read from StandIns/surface.</summary>
internal sealed class PackageSurface
{
    private readonly Dictionary<string, (TypeHeader Header, HashSet<string> Members)> _types = [];

    public PackageSurface(IEnumerable<string> lines)
    {
        HashSet<string>? members = null;
        foreach (var line in lines.Skip(1).Where(line => line.Length > 0))
        {
            if (!line.StartsWith("  ", StringComparison.Ordinal))
            {
                var header = TypeHeader.Parse(line);
                members = [];
                _types.Add(header.Name, (header, members));
                continue;
            }

            var names = members ?? throw new InvalidDataException($"A member stands before any type: {line}");
            names.Add(line.Trim());
            if (_types.Values.Last().Header.Kind == "enum")
                names.UnionWith(TypeHeader.SplitTopLevel(line.Trim()));
        }
    }

    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "surface");

    public int TypeCount => _types.Count;

    public static PackageSurface Load(string package) => new(File.ReadLines(Path.Combine(Folder, package + ".txt")));

    /// <summary>What the types show that the package does not have, one line each.</summary>
    public IEnumerable<string> Excess(IEnumerable<Type> types) => types.SelectMany(Excess);

    private IEnumerable<string> Excess(Type type)
    {
        var header = TypeHeader.Of(type);
        if (!_types.TryGetValue(header.Name, out var real))
            return [$"{header.Kind} {header.Name}: no such type"];

        return HeaderExcess(header, real.Header)
            .Concat(MemberLines.Of(type).Where(member => !Has(real.Members, member)).Select(member => $"{header.Name}: {member}"));
    }

    private static IEnumerable<string> HeaderExcess(TypeHeader header, TypeHeader real)
    {
        if (header.Kind != real.Kind)
            yield return $"{header.Name}: is a {header.Kind}, the real one a {real.Kind}";
        if (header.Marks != real.Marks)
            yield return $"{header.Name}: is marked '{header.Marks.Trim()}', the real one '{real.Marks.Trim()}'";
        foreach (var extra in header.Bases.Except(real.Bases))
            yield return $"{header.Name}: is a {extra}, the real one is not";
    }

    // A property that can only be read where the real one can be set as well has less, not more.
    private static bool Has(HashSet<string> members, string member)
        => members.Contains(member) || members.Contains(member.Replace("{ get; }", "{ get; set; }", StringComparison.Ordinal));
}
