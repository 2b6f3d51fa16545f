using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace AppHost.Postgres.Nodes;

/// <summary>Asks nodes how they are, through their control API.</summary>
internal sealed class NodeControl(IHttpClientFactory clients)
{
    // The orchestrator's proxy accepts connections for a node that is dead, and says nothing.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(2);

    /// <summary>What the node reports; null when it does not answer.</summary>
    public async Task<NodeReport?> StatusAsync(PostgresClusterResource cluster, IResourceWithEndpoints node, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_patience);
        try
        {
            var address = await node.GetEndpoint(PostgresClusterResource.ControlEndpoint).GetValueAsync(limit.Token);
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(new Uri(address!), "/status"));
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await cluster.ControlKey!.GetValueAsync(limit.Token));
            using var client = clients.CreateClient();
            using var response = await client.SendAsync(request, limit.Token);
            return response.IsSuccessStatusCode ? await response.Content.ReadFromJsonAsync(NodeReportJson.Default.NodeReport, limit.Token) : null;
        }
        catch (Exception silent) when (silent is HttpRequestException or IOException or JsonException or NotSupportedException || (silent is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }
}
