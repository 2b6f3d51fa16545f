using System.Reflection;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Query;
using Microsoft.EntityFrameworkCore.Query.SqlExpressions;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql.EntityFrameworkCore.PostgreSQL.Query.Expressions.Internal;

namespace Pgvector.EntityFrameworkCore;

/// <summary>Writes a distance as pgvector's operator, which is what an index can serve.</summary>
internal sealed class VectorDistanceTranslator(
    ISqlExpressionFactory sqlExpressionFactory, IRelationalTypeMappingSource typeMappingSource) : IMethodCallTranslator
{
    public SqlExpression? Translate(SqlExpression? instance, MethodInfo method, IReadOnlyList<SqlExpression> arguments,
        IDiagnosticsLogger<DbLoggerCategory.Query> logger)
    {
        if (method.DeclaringType != typeof(VectorDbFunctionsExtensions) || OperatorOf(method.Name) is not { } symbol)
            return null;

        var shared = arguments[0].TypeMapping ?? arguments[1].TypeMapping;
        return new PgUnknownBinaryExpression(WithMapping(arguments[0], shared), WithMapping(arguments[1], shared), symbol,
            method.ReturnType, typeMappingSource.FindMapping(method.ReturnType));
    }

    private static string? OperatorOf(string method) => method switch
    {
        nameof(VectorDbFunctionsExtensions.L2Distance) => "<->",
        nameof(VectorDbFunctionsExtensions.MaxInnerProduct) => "<#>",
        nameof(VectorDbFunctionsExtensions.CosineDistance) => "<=>",
        nameof(VectorDbFunctionsExtensions.L1Distance) => "<+>",
        _ => null,
    };

    private SqlExpression WithMapping(SqlExpression operand, RelationalTypeMapping? shared)
        => sqlExpressionFactory.ApplyTypeMapping(operand,
            shared is not null && shared.ClrType == operand.Type ? shared : typeMappingSource.FindMapping(operand.Type));
}
