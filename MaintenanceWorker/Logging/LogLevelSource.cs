using ConversationData.Operations.Settings;
using ServiceDefaults.Logging;

namespace MaintenanceWorker.Logging;

/// <summary>The logging levels of this service are those of the register.</summary>
internal sealed class LogLevelSource(LogLevelRegister register) : ILogLevelSource
{
    public async Task<IReadOnlyList<LogLevelOverride>> ReadAsync(CancellationToken cancellationToken) =>
        [.. (await register.ForServiceAsync(LogLevelRegister.Worker, cancellationToken)).Select(set => new LogLevelOverride(set.Category, Enum.Parse<LogLevel>(set.Level), set.ExpiresAt))];
}
