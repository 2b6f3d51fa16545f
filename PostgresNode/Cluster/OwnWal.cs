using System.Globalization;
using NpgsqlTypes;
using PostgresNode.Configuration;
using PostgresNode.Processes;

namespace PostgresNode.Cluster;

/// <summary>What of this node's WAL could be read.</summary>
/// <param name="Commits">Commits in it.</param>
/// <param name="IsWhole">Whether reading ended where the WAL ends.</param>
/// <param name="Complaint">Why not, in pg_waldump's words.</param>
internal sealed record WalReading(int Commits, bool IsWhole, string Complaint);

/// <summary>Reads this node's WAL while its server does not run.</summary>
internal sealed class OwnWal(ToolRunner tools, NodePaths paths)
{
    // Of the node's own initdb.
    private const ulong SegmentBytes = 16 * 1024 * 1024;

    private string Folder => Path.Combine(paths.Data, "pg_wal");

    /// <summary>Reads a timeline from a position to its end.</summary>
    public async Task<WalReading> ReadAsync(uint timeline, NpgsqlLogSequenceNumber from, CancellationToken cancellationToken)
    {
        if (await EndsAtAsync(timeline, from, cancellationToken))
            return new(0, true, "");
        var dump = await tools.RunAsync("pg_waldump", ["--path", Folder, "--timeline", $"{timeline}", "--start", $"{from}", "--rmgr", "Transaction"], cancellationToken);
        var commits = dump.Output.Split('\n').Count(line => line.Contains("desc: COMMIT", StringComparison.Ordinal));
        // The ordinary end: after the last record there are zeros, where a record's length would stand.
        var whole = dump.Errors.Contains("error in WAL record at", StringComparison.Ordinal) && dump.Errors.Contains("invalid record length", StringComparison.Ordinal)
            && dump.Errors.Contains("got 0", StringComparison.Ordinal);
        return new(commits, whole, dump.Complaint);
    }

    /// <summary>Whether a timeline has anything after a position; true too when that cannot be told.</summary>
    public async Task<bool> GoesBeyondAsync(uint timeline, NpgsqlLogSequenceNumber position, CancellationToken cancellationToken)
    {
        var first = Segment(timeline, position);
        // A former timeline's segment that was not received in full has the new timeline's in its place.
        if (!Directory.EnumerateFiles(Folder, first[..8] + "*").Select(Path.GetFileName).Any(name => name!.Length == 24 && string.CompareOrdinal(name, first) >= 0)
            || await EndsAtAsync(timeline, position, cancellationToken))
            return false;
        var dump = await tools.RunAsync("pg_waldump", ["--path", Folder, "--timeline", $"{timeline}", "--start", $"{position}", "--limit", "1"], cancellationToken);
        return dump.Succeeded || !dump.Errors.Contains("could not find a valid record", StringComparison.Ordinal);
    }

    private async Task<bool> EndsAtAsync(uint timeline, NpgsqlLogSequenceNumber position, CancellationToken cancellationToken)
    {
        var file = Path.Combine(Folder, Segment(timeline, position));
        if (!File.Exists(file))
            return false;
        await using var segment = File.OpenRead(file);
        segment.Position = (long)((ulong)position % SegmentBytes);
        var next = new byte[64];
        return await segment.ReadAtLeastAsync(next, next.Length, throwOnEndOfStream: false, cancellationToken) > 0 && !next.AsSpan().ContainsAnyExcept((byte)0);
    }

    private static string Segment(uint timeline, NpgsqlLogSequenceNumber position) =>
        string.Create(CultureInfo.InvariantCulture, $"{timeline:X8}{(ulong)position >> 32:X8}{((ulong)position & 0xFFFFFFFF) / SegmentBytes:X8}");
}
