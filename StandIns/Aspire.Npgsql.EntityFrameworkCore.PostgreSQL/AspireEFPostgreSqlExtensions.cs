using Aspire.Npgsql.EntityFrameworkCore.PostgreSQL;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.Extensions.Hosting;

/// <summary>Registers a DbContext over PostgreSQL, or adds health, telemetry and retries to a registered one.</summary>
public static class AspireEFPostgreSqlExtensions
{
    public static void AddNpgsqlDbContext<TContext>(this IHostApplicationBuilder builder, string connectionName,
        Action<NpgsqlEntityFrameworkCorePostgreSQLSettings>? configureSettings = null,
        Action<DbContextOptionsBuilder>? configureDbContextOptions = null)
        where TContext : DbContext
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(connectionName);
        if (builder.Services.Any(service => service.ServiceType == typeof(TContext)))
            throw new InvalidOperationException($"DbContext '{typeof(TContext).Name}' is registered already. Call EnrichNpgsqlDbContext to add to it.");

        var settings = ContextSettings.Read<TContext>(builder, connectionName, configureSettings);
        builder.Services.AddDbContextPool<TContext>(options =>
        {
            if (string.IsNullOrEmpty(settings.ConnectionString))
                throw new InvalidOperationException($"ConnectionStrings:{connectionName} is not set, nor ConnectionString in '{ContextSettings.Section}'.");

            options.UseNpgsql(settings.ConnectionString);
            configureDbContextOptions?.Invoke(options);
            settings.ApplyTo(options);
        });
        ContextTelemetry.Add<TContext>(builder, settings);
    }

    public static void EnrichNpgsqlDbContext<TContext>(this IHostApplicationBuilder builder,
        Action<NpgsqlEntityFrameworkCorePostgreSQLSettings>? configureSettings = null)
        where TContext : DbContext
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (!builder.Services.Any(service => service.ServiceType == typeof(DbContextOptions<TContext>)))
            throw new InvalidOperationException($"DbContext '{typeof(TContext).Name}' is not registered. Register it before calling EnrichNpgsqlDbContext.");

        var settings = ContextSettings.Read<TContext>(builder, null, configureSettings);
        builder.Services.ConfigureDbContext<TContext>(options => settings.ApplyTo(options));
        ContextTelemetry.Add<TContext>(builder, settings);
    }
}
