using ConversationApi.Database;
using ConversationData.Connections;
using Microsoft.Extensions.Options;

namespace ConversationApi.Idempotency;

/// <summary>Forgets answers that nobody will ask for again. Every replica does, and none waits for another.</summary>
internal sealed partial class IdempotencyPruner(ConversationDataSource data, IOptions<IdempotencyOptions> options, TimeProvider time, ILogger<IdempotencyPruner> logger) : BackgroundService
{
    private const int AtOnce = 1000;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.PruneEvery, time);
        try
        {
            do
            {
                try
                {
                    while (await PruneAsync(stoppingToken) == AtOnce) { }
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    LogFailed(e);
                }
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The service stops.
        }
    }

    private Task<int> PruneAsync(CancellationToken cancellationToken) =>
        data.WriteAsync(IdempotencySql.Prune, [SqlValue.Interval(options.Value.KeepFor), SqlValue.Integer(AtOnce)], cancellationToken);

    [LoggerMessage(LogLevel.Warning, "Old idempotency keys could not be removed; trying again later")]
    private partial void LogFailed(Exception exception);
}
