using Npgsql.Internal;
using Npgsql.Internal.Postgres;

namespace Pgvector.Npgsql;

/// <summary>Tells Npgsql which converters serve <c>vector</c>, <c>halfvec</c> and their arrays.</summary>
public class VectorTypeInfoResolverFactory : PgTypeInfoResolverFactory
{
    public override IPgTypeInfoResolver CreateResolver() => new Resolver(Elements());

    public override IPgTypeInfoResolver? CreateArrayResolver()
    {
        var arrays = new TypeInfoMappingCollection(Elements());
        arrays.AddArrayType<Vector>("vector");
        arrays.AddArrayType<HalfVector>("halfvec");
        return new Resolver(arrays);
    }

    private static TypeInfoMappingCollection Elements()
    {
        var mappings = new TypeInfoMappingCollection();
        mappings.AddType<Vector>("vector",
            static (options, mapping, _) => mapping.CreateInfo(options, new VectorConverter()), isDefault: true);
        mappings.AddType<HalfVector>("halfvec",
            static (options, mapping, _) => mapping.CreateInfo(options, new HalfvecConverter()), isDefault: true);
        return mappings;
    }

    private sealed class Resolver(TypeInfoMappingCollection mappings) : IPgTypeInfoResolver
    {
        public PgTypeInfo? GetTypeInfo(Type? type, DataTypeName? dataTypeName, PgSerializerOptions options)
            => mappings.Find(type, dataTypeName, options);
    }
}
