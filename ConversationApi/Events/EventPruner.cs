using ConversationData.Connections;
using Microsoft.Extensions.Options;
using Npgsql;

namespace ConversationApi.Events;

/// <summary>Deletes events that are older than anybody is waited for, one replica at a time and in small bites.</summary>
internal sealed partial class EventPruner(ConversationDataSource data, IOptions<EventOptions> options, TimeProvider time, ILogger<EventPruner> logger) : BackgroundService
{
    private const int Bite = 1000;
    private static readonly TimeSpan _pauseBetweenBites = TimeSpan.FromMilliseconds(50);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var faults = 0;
        while (!stoppingToken.IsCancellationRequested)
        {
            var pause = options.Value.PruneInterval;
            try
            {
                if (await PruneAsync(stoppingToken) == Bite)
                    pause = _pauseBetweenBites;
                faults = 0;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                if (faults++ == 0)
                    LogFault(e);
            }

            await Task.Delay(pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<long> PruneAsync(CancellationToken cancellationToken)
    {
        var pruned = await data.WriteAsync(EventSql.Prune, [new NpgsqlParameter<TimeSpan> { TypedValue = options.Value.KeepFor }, new NpgsqlParameter<int> { TypedValue = Bite }],
            async (command, token) => (long)(await command.ExecuteScalarAsync(token))!, cancellationToken);
        EventMetrics.Pruned.Add(pruned);
        return pruned;
    }

    [LoggerMessage(LogLevel.Error, "Old events cannot be deleted; it goes on trying")]
    private partial void LogFault(Exception exception);
}
