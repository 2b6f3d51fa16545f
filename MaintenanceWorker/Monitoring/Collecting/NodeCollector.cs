using System.Collections.Concurrent;
using MaintenanceWorker.Monitoring.Instruments;
using MaintenanceWorker.Nodes;
using Microsoft.Extensions.Options;

namespace MaintenanceWorker.Monitoring.Collecting;

/// <summary>The disk below each node: SQL does not know it, the node does.</summary>
internal sealed partial class NodeCollector(NodeClient client, Board board, IOptions<NodesOptions> nodes, IOptions<MonitoringOptions> options, TimeProvider time, ILogger<NodeCollector> logger)
{
    private readonly ConcurrentDictionary<string, bool> _answers = [];

    public IReadOnlyList<NodeOptions> All => nodes.Value;

    public async Task CollectAsync(NodeOptions node, CancellationToken cancellationToken)
    {
        try
        {
            var status = await client.StatusAsync(node, cancellationToken);
            if (!_answers.GetValueOrDefault(node.Name, true))
                LogAnswers(node.Name);
            _answers[node.Name] = true;
            board.Put($"node {node.Name}", "disk", new(new Dictionary<MetricDefinition, List<Sample>>
            {
                [PlatformMetrics.DiskFree] = Samples(node, PlatformMetrics.DiskFree, status.DiskFreeBytes),
                [PlatformMetrics.DiskTotal] = Samples(node, PlatformMetrics.DiskTotal, status.DiskTotalBytes),
            }, time.GetUtcNow() + (3 * options.Value.Interval)));
        }
        catch (HttpRequestException silent)
        {
            if (_answers.GetValueOrDefault(node.Name, true))
                LogSilent(node.Name, silent.Message);
            _answers[node.Name] = false;
        }
    }

    private static List<Sample> Samples(NodeOptions node, MetricDefinition metric, long? bytes)
    {
        if (bytes is null)
            return [];
        var colon = node.Server?.LastIndexOf(':') ?? -1;
        var server = colon > 0 && int.TryParse(node.Server![(colon + 1)..], out var port) ? SampleMaker.ServerTags(node.Server[..colon], port) : [];
        return [new($"{metric.Name}\n{node.Name}", bytes.Value, [.. server, new(AttributeNames.Node, node.Name)])];
    }

    [LoggerMessage(MonitoringEvents.NodeSilent, LogLevel.Warning, "The node {Node} gives no status: {Reason}")]
    private partial void LogSilent(string node, string reason);

    [LoggerMessage(MonitoringEvents.NodeAnswers, LogLevel.Information, "The node {Node} gives its status again")]
    private partial void LogAnswers(string node);
}
