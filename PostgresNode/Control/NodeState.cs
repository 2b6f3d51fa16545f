using System.Globalization;
using Microsoft.Extensions.Options;
using PostgresNode.Configuration;
using PostgresNode.DataDirectory;
using PostgresNode.Replication;

namespace PostgresNode.Control;

/// <summary>What the node is doing and why: the one place that the control API, the health check and the peers read.</summary>
internal sealed partial class NodeState(IOptions<PostgresNodeOptions> options, DiskSpace disk, SetAside aside, TimeProvider time, ILogger<NodeState> logger)
{
    // The server is asked once a second; a look at silent peers lies between.
    private readonly TimeSpan _longestSilence = TimeSpan.FromSeconds(Math.Max(5, options.Value.PeerTimeout.TotalSeconds + 3));
    private readonly Lock _gate = new();
    private NodePhase _phase = NodePhase.Starting;
    private string _reason = "The program has just started.";
    private DateTimeOffset _since = time.GetUtcNow();
    private LocalData? _data;
    private ServerFacts? _facts;
    private DateTimeOffset _heard;

    public NodePhase Phase
    {
        get { lock (_gate) return _phase; }
    }

    /// <summary>The running server's last answer and when it came; null while it does not run.</summary>
    public (ServerFacts Facts, DateTimeOffset At)? Server
    {
        get { lock (_gate) return _facts is null ? null : (_facts, _heard); }
    }

    /// <summary>Whether the server runs and has not answered for longer than a busy one takes.</summary>
    public bool IsServerSilent
    {
        get { lock (_gate) return _phase == NodePhase.Running && Silence > _longestSilence; }
    }

    private TimeSpan? Silence => _facts is null ? null : time.GetUtcNow() - _heard;

    /// <summary>Changes phase and reason; logs when either is new.</summary>
    /// <param name="phase">What the node is doing.</param>
    /// <param name="reason">Why, in a sentence.</param>
    /// <param name="warning">What somebody should do about it.</param>
    public void Set(NodePhase phase, string reason, string? warning = null)
    {
        reason = warning is null ? reason : $"{reason} {warning}";
        lock (_gate)
        {
            if (_phase == phase && _reason == reason)
                return;
            (_phase, _reason, _since) = (phase, reason, time.GetUtcNow());
            if (phase is not (NodePhase.Running or NodePhase.Stopping))
                _facts = null;
        }
        Changed(logger, phase == NodePhase.Failed ? LogLevel.Error : warning is null ? LogLevel.Information : LogLevel.Warning, phase, reason);
    }

    /// <param name="data">What lies here; null when it cannot be read.</param>
    public void SetData(LocalData? data)
    {
        lock (_gate)
            _data = data;
    }

    public void SetServer(ServerFacts facts)
    {
        lock (_gate)
            (_facts, _heard) = (facts, time.GetUtcNow());
    }

    public NodeStatus Describe()
    {
        var (free, total) = disk.TryMeasure();
        lock (_gate)
        {
            var data = _data is { Role: not NodeRole.None } ? _data : null;
            return new NodeStatus
            {
                Name = options.Value.NodeName,
                Id = options.Value.NodeId,
                Phase = _phase,
                State = IsServerSilent ? string.Create(CultureInfo.InvariantCulture, $"PostgreSQL has not answered for {Silence!.Value.TotalSeconds:0} s.") : _reason,
                Since = _since,
                LastAnswerSeconds = Silence is { } silence ? Math.Round(silence.TotalSeconds, 1) : null,
                Role = _facts?.Role ?? NodeRole.None,
                DataRole = _facts?.Role ?? _data?.Role ?? NodeRole.Unknown,
                Timeline = _facts?.Timeline ?? data?.Timeline,
                Lsn = _facts?.Lsn ?? data?.Lsn.ToString(),
                Clean = _facts is null ? data?.Clean : null,
                SystemIdentifier = _facts?.SystemIdentifier ?? data?.SystemIdentifier,
                Streaming = _facts?.Streaming,
                LagBytes = _facts?.LagBytes,
                LagSeconds = _facts?.LagSeconds,
                Replicas = _facts?.Replicas ?? [],
                DatabaseBytes = _facts?.DatabaseBytes,
                DiskFreeBytes = free,
                DiskTotalBytes = total,
                ServerVersion = _facts?.ServerVersion,
                Durability = _facts?.Durability,
                SetAside = aside.Folders,
            };
        }
    }

    [LoggerMessage("{Phase}: {Reason}")]
    private static partial void Changed(ILogger logger, LogLevel level, NodePhase phase, string reason);
}
