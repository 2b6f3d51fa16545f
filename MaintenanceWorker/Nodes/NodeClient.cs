using System.Net.Http.Headers;
using System.Text.Json;

namespace MaintenanceWorker.Nodes;

/// <summary>Speaks to the nodes' control API.</summary>
internal sealed class NodeClient(IHttpClientFactory clients)
{
    // A node answers from memory; whoever is silent longer than this is not going to answer.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(3);

    // Stopping waits for a checkpoint.
    private static readonly TimeSpan _restartPatience = TimeSpan.FromSeconds(90);

    /// <summary>The node's status.</summary>
    /// <exception cref="HttpRequestException">It does not answer, or refuses; the message says which.</exception>
    public Task<NodeAnswer> StatusAsync(NodeOptions node, CancellationToken cancellationToken) => SendAsync(node, HttpMethod.Get, "/status", _patience, cancellationToken);

    /// <summary>Restarts the node's PostgreSQL; it is starting again when this returns.</summary>
    /// <exception cref="HttpRequestException">It does not answer, or refuses; the message says which.</exception>
    public Task<NodeAnswer> RestartAsync(NodeOptions node, CancellationToken cancellationToken) => SendAsync(node, HttpMethod.Post, "/restart", _restartPatience, cancellationToken);

    private async Task<NodeAnswer> SendAsync(NodeOptions node, HttpMethod method, string path, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(patience);
        try
        {
            using var request = new HttpRequestMessage(method, new Uri(node.Address!, path));
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", node.ControlKey);
            using var client = clients.CreateClient();
            client.Timeout = Timeout.InfiniteTimeSpan;
            using var response = await client.SendAsync(request, limit.Token);
            if (!response.IsSuccessStatusCode)
                throw new HttpRequestException($"{node.Name} answered {(int)response.StatusCode} at {node.Address}.", null, response.StatusCode);
            return await response.Content.ReadFromJsonAsync(NodeJson.Default.NodeAnswer, limit.Token)
                ?? throw new HttpRequestException($"{node.Name} answered nothing at {node.Address}.");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HttpRequestException($"{node.Name} gave no answer within {patience.TotalSeconds} s at {node.Address}.");
        }
        catch (Exception broken) when (broken is IOException or JsonException or NotSupportedException)
        {
            throw new HttpRequestException($"{node.Name} gave no answer that can be read at {node.Address}: {broken.Message}", broken);
        }
    }
}
