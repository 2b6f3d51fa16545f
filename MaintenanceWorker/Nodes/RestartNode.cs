using System.Text.Json.Serialization;
using MaintenanceWorker.Operations;
using Microsoft.Extensions.Options;

namespace MaintenanceWorker.Nodes;

/// <summary>What became of the node.</summary>
internal sealed record RestartedNode(string Node, string Role, string Phase, string State);

internal sealed class RestartNode(NodeClient client, IOptions<NodesOptions> nodes, TimeProvider time) : IOperationHandler
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(300);

    public async Task<OperationResult> RunAsync(OperationCall call, CancellationToken cancellationToken)
    {
        var name = call.Arguments.Required("node");
        var node = nodes.Value.FirstOrDefault(node => node.Name == name) ?? throw new OperationFailedException(nodes.Value.Count == 0
            ? "The worker knows no node's control API, so it cannot restart one. Configure Nodes (Name, Address, ControlKey); a provider's PostgreSQL is restarted at the provider."
            : $"There is no node '{name}'. There are {string.Join(", ", nodes.Value.Select(node => node.Name))}.");
        try
        {
            var before = await client.StatusAsync(node, cancellationToken);
            call.Log($"{name} is {before.Role}, {before.Phase}: {before.State}");
            if (call.DryRun)
                return Result(before, $"{name} ({before.Role}, {before.Phase}) would be restarted");
            await client.RestartAsync(node, cancellationToken);
            return Result(await WaitAsync(node, call, cancellationToken), $"{name} is restarted");
        }
        catch (HttpRequestException e)
        {
            throw new OperationFailedException($"{e.Message} Look at the node itself: its log says what holds it up.", e);
        }
    }

    private async Task<NodeAnswer> WaitAsync(NodeOptions node, OperationCall call, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        while (true)
        {
            var status = await client.StatusAsync(node, cancellationToken);
            call.Progress(0, 0, $"{status.Phase}: {status.State}");
            if (status is { Phase: "Running", Role: not "None" })
                return status;
            if (time.GetElapsedTime(began) > _patience)
                throw new OperationFailedException($"{node.Name} did not come up within {_patience.TotalSeconds} s; it says: {status.State}");
            await Task.Delay(_pause, time, cancellationToken);
        }
    }

    private static OperationResult Result(NodeAnswer status, string summary) =>
        OperationResult.Of(new RestartedNode(status.Name, status.Role, status.Phase, status.State), RestartJson.Default.RestartedNode, summary);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(RestartedNode))]
internal sealed partial class RestartJson : JsonSerializerContext;
