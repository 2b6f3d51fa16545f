using Microsoft.EntityFrameworkCore.Storage;

namespace Pgvector.EntityFrameworkCore;

/// <summary>Maps a CLR type to <c>vector</c> or <c>halfvec</c>, with or without a number of dimensions.</summary>
public class VectorTypeMapping : RelationalTypeMapping
{
    public VectorTypeMapping(string storeType, Type clrType, int? size = null)
        : this(new RelationalTypeMappingParameters(new CoreTypeMappingParameters(clrType), storeType, size: size))
    {
    }

    private VectorTypeMapping(RelationalTypeMappingParameters parameters)
        : base(parameters)
    {
    }

    public static VectorTypeMapping Default { get; } = new("vector", typeof(Vector));

    protected override RelationalTypeMapping Clone(RelationalTypeMappingParameters parameters) => new VectorTypeMapping(parameters);
}
