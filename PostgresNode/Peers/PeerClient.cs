using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.Options;
using PostgresNode.Configuration;
using PostgresNode.Control;
using PostgresNode.Processes;

namespace PostgresNode.Peers;

/// <summary>Asks the other nodes. Without the services' usual retries: silence is an answer here, and it has to come soon.</summary>
internal sealed class PeerClient : IDisposable
{
    private readonly HttpClient _http;
    private readonly IList<PeerOptions> _peers;
    private readonly TimeSpan _patience;

    public PeerClient(IOptions<PostgresNodeOptions> options)
    {
        _peers = options.Value.Peers;
        _patience = options.Value.PeerTimeout;
        _http = new(new SocketsHttpHandler { ConnectTimeout = options.Value.PeerTimeout, UseProxy = false, PooledConnectionLifetime = TimeSpan.FromMinutes(1) })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", options.Value.ControlKey);
    }

    public async Task<IReadOnlyList<PeerView>> AskAllAsync(CancellationToken cancellationToken) =>
        await Task.WhenAll(_peers.Select(async peer => new PeerView(peer, await AskAsync(peer, cancellationToken))));

    public async Task<NodeStatus?> AskAsync(PeerOptions peer, CancellationToken cancellationToken)
    {
        using var limit = Limit(_patience, cancellationToken);
        try
        {
            var status = await _http.GetFromJsonAsync(Address(peer, "status"), ControlJson.Default.NodeStatus, limit.Token);
            return status?.Name == peer.Name ? status : null;
        }
        catch (Exception failure) when (failure is HttpRequestException or JsonException
            || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }

    /// <summary>Tells a stale primary to step down and follow; false when it did not take the call.</summary>
    public async Task<bool> TellToRejoinAsync(PeerOptions peer, CancellationToken cancellationToken)
    {
        // It asks its own peers, may be asking them already, and stops its server before it answers.
        using var limit = Limit((3 * _patience) + PostgresProcess.LongestStop, cancellationToken);
        try
        {
            using var response = await _http.PostAsync(Address(peer, "rejoin?replaceDamaged=false"), null, limit.Token);
            return response.IsSuccessStatusCode;
        }
        catch (Exception failure) when (failure is HttpRequestException
            || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }

    public void Dispose() => _http.Dispose();

    private static CancellationTokenSource Limit(TimeSpan patience, CancellationToken cancellationToken)
    {
        var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(patience);
        return limit;
    }

    private static Uri Address(PeerOptions peer, string path) => new($"{peer.ControlUrl!.AbsoluteUri.TrimEnd('/')}/{path}");
}
