using NpgsqlTypes;
using PostgresNode.Configuration;
using PostgresNode.Control;
using PostgresNode.DataDirectory;

namespace PostgresNode.Timelines;

/// <summary>
/// Tells whether this node's WAL is part of a primary's. Replicas that are promoted apart from each other give two histories the
/// same timeline number, and PostgreSQL goes by numbers: it would replay the one's WAL on the other's data.
/// </summary>
internal sealed class SharedHistory(OwnWal wal, PrimaryHistory history)
{
    private WalMark? _end;

    /// <summary>Takes down where the WAL ends, before the server starts: what streams in writes over it.</summary>
    public async Task RememberEndAsync(LocalData data, CancellationToken cancellationToken) => _end = await wal.EndAsync(data, cancellationToken);

    /// <summary>For data that has just come from the primary.</summary>
    public void Forget() => _end = null;

    /// <summary>Whether the end that was taken down is no part of the primary's history, though by the numbers it is.</summary>
    public async Task<bool> EndedElsewhereAsync(PeerOptions primary, CancellationToken cancellationToken) =>
        _end is { } end && await IsForeignAsync(end, primary, await history.ReadAsync(primary, cancellationToken), cancellationToken);

    /// <summary>Whether the histories differ even before the place where they part by the numbers.</summary>
    public async Task<bool> PartedBeforeAsync(uint timeline, NpgsqlLogSequenceNumber fork, PeerOptions primary, CancellationToken cancellationToken) =>
        await wal.MarkAsync(timeline, fork, cancellationToken) is { } own && await DiffersAsync(own, primary, cancellationToken);

    /// <summary>
    /// Whether a primary has everything that this node has. A replica writes nothing itself, so it has, unless the replica followed another one
    /// beyond where their histories part.
    /// </summary>
    public async Task<bool> IsAllThereAsync(LocalData data, PeerOptions primary, CancellationToken cancellationToken)
    {
        if (data.Role != NodeRole.Replica)
            return false;
        var its = await history.ReadAsync(primary, cancellationToken);
        await RememberEndAsync(data, cancellationToken);
        if (await EndedElsewhereAsync(primary, cancellationToken))
            return false;
        if (data.SystemIdentifier != its.SystemIdentifier || data.Lsn > its.Lsn || (data.Timeline != its.Timeline && !its.Forks.ContainsKey(data.Timeline)))
            return false;
        foreach (var (timeline, fork) in its.Forks)
        {
            if ((data.Timeline == timeline && data.Lsn > fork) || await wal.GoesBeyondAsync(timeline, fork, cancellationToken))
                return false;
        }
        return true;
    }

    // Beyond a fork PostgreSQL notices by itself. What the primary never wrote, it cannot have removed either.
    private async Task<bool> IsForeignAsync(WalMark own, PeerOptions primary, History its, CancellationToken cancellationToken) =>
        its.Timeline == own.Timeline
            ? own.Position > its.Lsn || await DiffersAsync(own, primary, cancellationToken)
            : its.Forks.TryGetValue(own.Timeline, out var fork) && fork >= own.Position && await DiffersAsync(own, primary, cancellationToken);

    // What the primary has removed it cannot be asked for, and it cannot stream it either.
    private async Task<bool> DiffersAsync(WalMark own, PeerOptions primary, CancellationToken cancellationToken) =>
        await history.DigestAsync(primary, own.Position, cancellationToken) is { } its && !its.AsSpan().SequenceEqual(own.Digest);
}
