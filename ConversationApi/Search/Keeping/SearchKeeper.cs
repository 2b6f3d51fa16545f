using ConversationApi.Search.Models;
using ConversationData.Connections;
using Microsoft.Extensions.Options;
using Npgsql;

namespace ConversationApi.Search.Keeping;

/// <summary>Keeps statistics and models up to date. Every process runs it; one of them at a time does the work, the others load what came of it.</summary>
internal sealed partial class SearchKeeper(
    ConversationDataSource data, CorpusStatistics statistics, ModelKeeper keeper, ModelStore models, IOptions<SearchOptions> options, TimeProvider time, ILogger<SearchKeeper> logger)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var faults = 0;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await models.PrepareAsync(stoppingToken);
                await LeadAsync(stoppingToken);
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

            await Task.Delay(options.Value.KeepInterval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task LeadAsync(CancellationToken cancellationToken)
    {
        // The lock lives as long as this connection: who dies leads no more.
        await using var connection = await data.Primary.OpenConnectionAsync(cancellationToken);
        await using (var lead = new NpgsqlCommand(KeepingSql.TryLead, connection))
            if (await lead.ExecuteScalarAsync(cancellationToken) is not true)
                return;
        try
        {
            var messages = await statistics.RefreshAsync(cancellationToken);
            await keeper.KeepAsync(messages, cancellationToken);
        }
        finally
        {
            await using var stop = new NpgsqlCommand(KeepingSql.StopLeading, connection);
            await stop.ExecuteNonQueryAsync(CancellationToken.None);
        }
    }

    [LoggerMessage(LogLevel.Error, "Statistics and models of search are not kept up to date; it goes on trying")]
    private partial void LogFault(Exception exception);
}
