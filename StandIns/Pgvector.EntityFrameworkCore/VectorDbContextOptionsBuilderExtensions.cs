using Microsoft.EntityFrameworkCore.Infrastructure;
using Npgsql.EntityFrameworkCore.PostgreSQL.Infrastructure;
using Pgvector.EntityFrameworkCore;

namespace Microsoft.EntityFrameworkCore;

/// <summary>Turns pgvector's types and operators on for a DbContext.</summary>
public static class VectorDbContextOptionsBuilderExtensions
{
    public static NpgsqlDbContextOptionsBuilder UseVector(this NpgsqlDbContextOptionsBuilder optionsBuilder)
    {
        ArgumentNullException.ThrowIfNull(optionsBuilder);
        var core = ((IRelationalDbContextOptionsBuilderInfrastructure)optionsBuilder).OptionsBuilder;
        var extension = core.Options.FindExtension<VectorDbContextOptionsExtension>() ?? new VectorDbContextOptionsExtension();
        ((IDbContextOptionsBuilderInfrastructure)core).AddOrUpdateExtension(extension);
        return optionsBuilder;
    }
}
