using ConversationData.Operations.Settings;
using MaintenanceWorker.Operations;

namespace MaintenanceWorker.Logging;

internal sealed class ListLogLevels(LogLevelRegister register) : IOperationHandler
{
    public async Task<OperationResult> RunAsync(OperationCall call, CancellationToken cancellationToken)
    {
        var set = await register.ListAsync(cancellationToken);
        return OperationResult.Of<IReadOnlyList<LogLevelView>>([.. set.Select(LogLevelView.Of)], LogLevelJson.Default.IReadOnlyListLogLevelView,
            set.Count == 0 ? "Every service logs as configured" : $"{Counted.Of(set.Count, "level is", "levels are")} set");
    }
}
