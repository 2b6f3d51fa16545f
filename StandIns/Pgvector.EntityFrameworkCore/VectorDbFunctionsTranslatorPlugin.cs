using Microsoft.EntityFrameworkCore.Query;
using Microsoft.EntityFrameworkCore.Storage;

namespace Pgvector.EntityFrameworkCore;

/// <summary>Brings the translator of the distances to EF Core.</summary>
public class VectorDbFunctionsTranslatorPlugin(
    ISqlExpressionFactory sqlExpressionFactory, IRelationalTypeMappingSource typeMappingSource) : IMethodCallTranslatorPlugin
{
    public virtual IEnumerable<IMethodCallTranslator> Translators { get; } =
        [new VectorDistanceTranslator(sqlExpressionFactory, typeMappingSource)];
}
