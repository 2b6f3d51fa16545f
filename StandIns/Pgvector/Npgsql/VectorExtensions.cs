using Npgsql.TypeMapping;
using Pgvector.Npgsql;

namespace Npgsql;

/// <summary>Turns pgvector's types on for a data source.</summary>
public static class VectorExtensions
{
    public static INpgsqlTypeMapper UseVector(this INpgsqlTypeMapper mapper)
    {
        ArgumentNullException.ThrowIfNull(mapper);
        mapper.AddTypeInfoResolverFactory(new VectorTypeInfoResolverFactory());
        return mapper;
    }
}
