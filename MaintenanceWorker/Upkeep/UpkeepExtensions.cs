using MaintenanceWorker.Operations;

namespace MaintenanceWorker.Upkeep;

internal static class UpkeepExtensions
{
    public static IHostApplicationBuilder AddUpkeep(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<UpkeepConnections>();
        builder.Services.AddOperation<VacuumAnalyze>("vacuum-analyze");
        builder.Services.AddOperation<BuildVectorIndex>("build-vector-index");
        builder.Services.AddOperation<PruneHistory>("prune-history");
        return builder;
    }
}
