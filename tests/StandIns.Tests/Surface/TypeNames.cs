namespace StandIns.Tests.Surface;

/// <summary>Writes types as the surface files do: common namespaces left out, keywords for the commonest types.</summary>
internal static class TypeNames
{
    private static readonly HashSet<string> _commonNamespaces =
        ["System", "System.Collections.Generic", "System.Threading", "System.Threading.Tasks"];

    private static readonly Dictionary<Type, string> _keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(object)] = "object",
        [typeof(string)] = "string",
        [typeof(bool)] = "bool",
        [typeof(int)] = "int",
        [typeof(long)] = "long",
        [typeof(double)] = "double",
    };

    public static string Of(Type type)
    {
        if (type.IsByRef)
            return $"ref {Of(type.GetElementType()!)}";
        if (type.IsArray)
            return $"{Of(type.GetElementType()!)}[]";
        if (type.IsGenericParameter)
            return type.Name;
        if (_keywords.TryGetValue(type, out var keyword))
            return keyword;
        if (Nullable.GetUnderlyingType(type) is { } underlying)
            return $"{Of(underlying)}?";

        return Qualified(type);
    }

    private static string Qualified(Type type)
    {
        var own = type.GetGenericArguments();
        var bare = type.Name.Split('`')[0];
        if (type.DeclaringType is { } outer)
        {
            own = own[outer.GetGenericArguments().Length..];
            bare = $"{Of(outer)}.{bare}";
        }
        else if (type.Namespace is { } space && !_commonNamespaces.Contains(space))
        {
            bare = $"{space}.{bare}";
        }

        return own.Length == 0 ? bare : $"{bare}<{string.Join(", ", own.Select(Of))}>";
    }
}
