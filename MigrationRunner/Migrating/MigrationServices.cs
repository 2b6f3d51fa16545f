using Microsoft.Extensions.DependencyInjection.Extensions;

namespace MigrationRunner.Migrating;

internal static class MigrationServices
{
    public static IHostApplicationBuilder AddMigrations(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<MigrationOptions>().BindConfiguration(MigrationOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<MigrationCommits>();
        builder.Services.AddSingleton<MigrationConnections>();
        builder.Services.AddSingleton<DatabaseWaiter>();
        builder.Services.AddSingleton<MigrationLock>();
        builder.Services.AddSingleton<RestorePoint>();
        builder.Services.AddSingleton<LeftOverIndexes>();
        builder.Services.AddSingleton<SchemaMigrator>();
        builder.Services.AddOpenTelemetry().WithTracing(tracing => tracing.AddSource(SchemaMigrator.SourceName));
        return builder;
    }
}
