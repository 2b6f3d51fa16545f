namespace Pgvector.EntityFrameworkCore;

/// <summary>pgvector's distances, for use in LINQ queries: they are translated to SQL and cannot be called.</summary>
public static class VectorDbFunctionsExtensions
{
    public static double L2Distance(this object a, object b) => throw OnlyInQueries(nameof(L2Distance));

    public static double MaxInnerProduct(this object a, object b) => throw OnlyInQueries(nameof(MaxInnerProduct));

    public static double CosineDistance(this object a, object b) => throw OnlyInQueries(nameof(CosineDistance));

    public static double L1Distance(this object a, object b) => throw OnlyInQueries(nameof(L1Distance));

    private static InvalidOperationException OnlyInQueries(string method)
        => new($"{method} is translated to SQL; call it inside a LINQ query on a DbContext.");
}
