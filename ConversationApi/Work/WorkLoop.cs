using ConversationData.Work;

namespace ConversationApi.Work;

/// <summary>Takes work of one kind, a few at a time, until the service stops. What it had taken and not begun it gives back.</summary>
internal abstract partial class WorkLoop(WorkQueue queue, WorkSignals signals, ILogger logger) : BackgroundService
{
    private static readonly TimeSpan _pauseAfterFault = TimeSpan.FromSeconds(2);

    /// <summary>What it does.</summary>
    protected abstract WorkKind Kind { get; }

    /// <summary>How much it takes at a time.</summary>
    protected abstract int Most { get; }

    /// <summary>How long what it took is its own; longer than doing it ever takes.</summary>
    protected abstract TimeSpan Lease { get; }

    /// <summary>How often it looks for work that others made.</summary>
    protected abstract TimeSpan PollInterval { get; }

    /// <summary>The queue.</summary>
    protected WorkQueue Queue => queue;

    /// <summary>Does it, and tells the queue of every item how it went. An exception is a fault of the queue or ours: the items come back after their lease.</summary>
    protected abstract Task DoAsync(IReadOnlyList<WorkItem> items, CancellationToken cancellationToken);

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var faults = 0;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await TakeAsync(stoppingToken) < Most)
                    await signals.WaitAsync(Kind, await UntilNextAsync(stoppingToken), stoppingToken);
                faults = 0;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                if (faults++ == 0)
                    LogFault(e, Kind);
                await Task.Delay(_pauseAfterFault, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task<int> TakeAsync(CancellationToken stoppingToken)
    {
        var items = await queue.ClaimAsync(Kind, Most, Lease, stoppingToken);
        if (items.Count == 0)
            return 0;
        try
        {
            await DoAsync(items, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What was done or is known to have failed is not ours any more, so this gives back only the rest.
            await queue.ReleaseAsync(Kind, items, CancellationToken.None);
            throw;
        }

        return items.Count;
    }

    private async Task<TimeSpan> UntilNextAsync(CancellationToken cancellationToken)
    {
        var due = await queue.NextDueAsync(Kind, cancellationToken);
        return due < PollInterval ? (due > TimeSpan.Zero ? due.Value : TimeSpan.FromMilliseconds(10)) : PollInterval;
    }

    [LoggerMessage(LogLevel.Error, "Background work of kind {Kind} fails; it goes on trying")]
    private partial void LogFault(Exception exception, WorkKind kind);
}
