namespace Pgvector;

internal static class ElementHash
{
    public static int Of<T>(ReadOnlySpan<T> elements)
    {
        var hash = new HashCode();
        foreach (var element in elements)
            hash.Add(element);

        return hash.ToHashCode();
    }
}
