using Aspire.Npgsql.EntityFrameworkCore.PostgreSQL;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.Configuration;

namespace Microsoft.Extensions.Hosting;

/// <summary>Settings from configuration (the general section, then the context's own), then from code, and their effect on a DbContext.</summary>
internal static class ContextSettings
{
    public const string Section = "Aspire:Npgsql:EntityFrameworkCore:PostgreSQL";

    public static NpgsqlEntityFrameworkCorePostgreSQLSettings Read<TContext>(IHostApplicationBuilder builder, string? connectionName,
        Action<NpgsqlEntityFrameworkCorePostgreSQLSettings>? configure)
    {
        var settings = new NpgsqlEntityFrameworkCorePostgreSQLSettings();
        var section = builder.Configuration.GetSection(Section);
        section.Bind(settings);
        section.GetSection(typeof(TContext).Name).Bind(settings);
        if (connectionName is not null && builder.Configuration.GetConnectionString(connectionName) is { } connectionString)
            settings.ConnectionString = connectionString;

        configure?.Invoke(settings);
        return settings;
    }

    /// <summary>A retry strategy that the context already has stays.</summary>
    public static void ApplyTo(this NpgsqlEntityFrameworkCorePostgreSQLSettings settings, DbContextOptionsBuilder options)
        => options.UseNpgsql(npgsql =>
        {
            if (!settings.DisableRetry && RelationalOptionsExtension.Extract(options.Options).ExecutionStrategyFactory is null)
                npgsql.EnableRetryOnFailure();
            if (settings.CommandTimeout is { } seconds)
                npgsql.CommandTimeout(seconds);
        });
}
