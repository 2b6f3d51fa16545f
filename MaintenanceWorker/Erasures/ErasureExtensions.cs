using ConversationData.Connections;
using ConversationData.Operations.Erasures;
using MaintenanceWorker.Operations;

namespace MaintenanceWorker.Erasures;

internal static class ErasureExtensions
{
    public static IHostApplicationBuilder AddErasures(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<ErasureOptions>().BindConfiguration(ErasureOptions.Section);
        builder.Services.AddSingleton(services => new ErasureLedger(services.GetRequiredService<ConversationDataSource>().Primary));
        builder.Services.AddSingleton<LedgerFile>();
        builder.Services.AddOperation<ExportErasures>("export-erasures").AddOperation<ReplayErasures>("replay-erasures");
        return builder;
    }
}
