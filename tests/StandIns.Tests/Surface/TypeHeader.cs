namespace StandIns.Tests.Surface;

/// <summary>A type's first line: kind, name, base and interfaces, marks.</summary>
internal sealed record TypeHeader(string Kind, string Name, IReadOnlyList<string> Bases, string Marks)
{
    private static readonly string[] _kinds = ["static class", "abstract class", "class", "interface", "enum", "struct", "delegate"];

    public static TypeHeader Of(Type type)
    {
        var bases = type.GetInterfaces().Where(found => found.IsVisible).Select(TypeNames.Of);
        if (!type.IsInterface && !type.IsValueType && type.BaseType is { } parent && parent != typeof(object) && !IsDelegate(type))
            bases = bases.Prepend(TypeNames.Of(parent));

        return new TypeHeader(KindOf(type), TypeNames.Of(type), type.IsEnum || IsDelegate(type) ? [] : [.. bases], MemberLines.Marks(type));
    }

    public static TypeHeader Parse(string line)
    {
        var kind = _kinds.First(kind => line.StartsWith(kind + " ", StringComparison.Ordinal));
        var marksAt = line.IndexOf("  [", StringComparison.Ordinal);
        var declaration = (marksAt < 0 ? line : line[..marksAt])[(kind.Length + 1)..];
        var parts = declaration.Split(" : ", 2);
        return new TypeHeader(kind, parts[0], parts.Length == 1 ? [] : SplitTopLevel(parts[1]), marksAt < 0 ? "" : line[marksAt..]);
    }

    public static List<string> SplitTopLevel(string list)
    {
        var (parts, depth, start) = (new List<string>(), 0, 0);
        for (var i = 0; i < list.Length; i++)
        {
            depth += list[i] switch { '<' => 1, '>' => -1, _ => 0 };
            if (list[i] != ',' || depth != 0)
                continue;

            parts.Add(list[start..i].Trim());
            start = i + 1;
        }

        parts.Add(list[start..].Trim());
        return parts;
    }

    private static bool IsDelegate(Type type) => type.IsSubclassOf(typeof(Delegate));

    private static string KindOf(Type type)
    {
        if (type.IsEnum)
            return "enum";
        if (type.IsInterface)
            return "interface";
        if (type.IsValueType)
            return "struct";
        if (IsDelegate(type))
            return "delegate";

        return (type.IsAbstract, type.IsSealed) switch
        {
            (true, true) => "static class",
            (true, false) => "abstract class",
            _ => "class",
        };
    }
}
