using Microsoft.Extensions.Options;
using PostgresNode.Configuration;

namespace PostgresNode.Processes;

/// <summary>
/// Ends the node when the process that started it is gone, where that is asked for. It looks, once a second: the kernel's own signal
/// follows the parent's thread, and a thread may end long before its process.
/// </summary>
internal sealed partial class ParentWatch(IOptions<PostgresNodeOptions> options, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<ParentWatch> logger) : BackgroundService
{
    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(1);

    // As early as possible: what is the parent by the time the service starts may be its heir.
    private readonly int _parent = Posix.ParentProcess();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Value.EndWithParent)
            return;
        using var timer = new PeriodicTimer(_interval, time);
        try
        {
            while (Posix.ParentProcess() == _parent)
                await timer.WaitForNextTickAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            return;
        }

        ParentIsGone(_parent);
        lifetime.StopApplication();
    }

    [LoggerMessage(LogLevel.Warning, "The process {Parent} that started this node is gone: the node ends")]
    private partial void ParentIsGone(int parent);
}
