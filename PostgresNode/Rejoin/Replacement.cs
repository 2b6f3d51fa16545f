using Microsoft.Extensions.Options;
using PostgresNode.Configuration;
using PostgresNode.Control;
using PostgresNode.DataDirectory;
using PostgresNode.Processes;

namespace PostgresNode.Rejoin;

/// <summary>
/// Puts a primary's data in the place of what lies here. What lies here stays until the copy beside it is whole, since it is what the cluster has left
/// should the primary be lost meanwhile. Where the disk has no room for both, it makes way first only if the primary has everything in it and another
/// replica streams from there; else it stays, and somebody has to make room.
/// </summary>
internal sealed class Replacement(
    DataMaker maker, SetAside aside, DiskSpace disk, NodePaths paths, ToolRunner tools, IOptions<PostgresNodeOptions> options)
{
    private bool HasData => Directory.Exists(paths.Data) && Directory.EnumerateFileSystemEntries(paths.Data).Any();

    /// <summary>Ends what was broken off: the data is in its place again, and nothing half-made takes up room.</summary>
    public async Task SettleAsync(CancellationToken cancellationToken)
    {
        if (Directory.Exists(paths.OldData) && !HasData)
            await MoveAsync(paths.OldData, paths.Data);
        else if (Directory.Exists(paths.OldData))
            await aside.KeepAsync(paths.OldData, cancellationToken);
        if (Directory.Exists(paths.NewData))
            await tools.ChangeFilesAsync("rm", ["-rf", paths.NewData], cancellationToken);
    }

    /// <summary>Fetches the data of a primary.</summary>
    /// <param name="primary">Where it is.</param>
    /// <param name="slot">The slot on the primary that holds the WAL for it.</param>
    /// <param name="status">What the primary says of itself.</param>
    /// <param name="isAllThere">Whether the primary has everything that lies here, which then need not be kept.</param>
    /// <exception cref="NodeFaultException">There is no room, or it cannot be fetched; what lies here is untouched.</exception>
    public async Task CloneAsync(PeerOptions primary, string slot, NodeStatus? status, bool isAllThere, CancellationToken cancellationToken)
    {
        var bytes = status?.DatabaseBytes ?? 0;
        if (HasData && disk.Lacks(bytes) is { } shortage)
        {
            if (!isAllThere)
                throw Stays(primary, shortage, $"it has what {primary.Name} has not");
            if (!IsThereTwice(status))
                throw Stays(primary, shortage, $"no other replica streams from {primary.Name}, so that it is the cluster's second copy");
            if (disk.Lacks(bytes - DiskSpace.SizeOf(paths.Data)) is { } even)
                throw Stays(primary, even, "there would not be room enough without it either");
            await aside.DropAsync(paths.Data, cancellationToken);
        }
        disk.Require(bytes, $"a copy of {primary.Name}'s data");
        await maker.FetchAsync(primary, slot, cancellationToken);
        await SwapAsync(isAllThere, cancellationToken);
    }

    // pg_basebackup streams as well, for a copy that is not there yet.
    private bool IsThereTwice(NodeStatus? status) =>
        status?.Replicas.Any(replica => replica.State == "streaming" && options.Value.Peers.Any(peer => peer.Name == replica.Name)) ?? false;

    private NodeFaultException Stays(PeerOptions primary, string shortage, string reason) => new(
        $"The disk has no room for a copy of {primary.Name}'s data beside what lies in {paths.Data}: {shortage}. What lies there is kept, since {reason}. "
        + "Make room (never inside data/pg_wal), or move that folder to another disk.");

    private async Task SwapAsync(bool isAllThere, CancellationToken cancellationToken)
    {
        var replaces = HasData;
        if (replaces)
            await MoveAsync(paths.Data, paths.OldData);
        await MoveAsync(paths.NewData, paths.Data);
        if (!replaces)
            return;
        if (isAllThere)
            await aside.DropAsync(paths.OldData, cancellationToken);
        else
            await aside.KeepAsync(paths.OldData, cancellationToken);
    }

    // To its end, whoever wants the node to stop.
    private async Task MoveAsync(string from, string to)
    {
        if (Directory.Exists(to))
            await tools.ChangeFilesAsync("rmdir", [to], CancellationToken.None);
        await tools.ChangeFilesAsync("mv", [from, to], CancellationToken.None);
    }
}
