using Microsoft.EntityFrameworkCore.Storage;

namespace Pgvector.EntityFrameworkCore;

/// <summary>Finds the mapping by column type (<c>vector(1536)</c>), by CLR type, or by both.</summary>
public class VectorTypeMappingSourcePlugin : IRelationalTypeMappingSourcePlugin
{
    private static readonly Dictionary<string, Type> _clrTypes = new(StringComparer.OrdinalIgnoreCase)
    {
        ["vector"] = typeof(Vector),
        ["halfvec"] = typeof(HalfVector),
    };

    public RelationalTypeMapping? FindMapping(in RelationalTypeMappingInfo mappingInfo)
    {
        if (mappingInfo.StoreTypeName is { } storeType)
        {
            return _clrTypes.TryGetValue(mappingInfo.StoreTypeNameBase ?? storeType, out var clrType)
                && (mappingInfo.ClrType ?? clrType) == clrType
                ? new VectorTypeMapping(storeType, clrType, mappingInfo.Size)
                : null;
        }

        foreach (var (name, clrType) in _clrTypes)
        {
            if (mappingInfo.ClrType == clrType)
                return new VectorTypeMapping(mappingInfo.Size is { } size ? $"{name}({size})" : name, clrType, mappingInfo.Size);
        }

        return null;
    }
}
