using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using NpgsqlTypes;
using PostgresNode.Configuration;
using PostgresNode.DataDirectory;
using PostgresNode.Processes;

namespace PostgresNode.Timelines;

/// <summary>What of this node's WAL could be read.</summary>
/// <param name="Commits">Commits in it.</param>
/// <param name="IsWhole">Whether reading ended where the WAL ends.</param>
/// <param name="Complaint">Why not, in pg_waldump's words.</param>
internal sealed record WalReading(int Commits, bool IsWhole, string Complaint);

/// <summary>What is in a segment up to a position.</summary>
/// <param name="Timeline">The segment's.</param>
/// <param name="Position">Where it ends.</param>
/// <param name="Digest">SHA-256 of the bytes before.</param>
internal sealed record WalMark(uint Timeline, NpgsqlLogSequenceNumber Position, byte[] Digest);

/// <summary>Reads this node's WAL while its server does not run.</summary>
internal sealed partial class OwnWal(ToolRunner tools, NodePaths paths)
{
    // Of the node's own initdb.
    private const ulong SegmentBytes = 16 * 1024 * 1024;
    private const int RecordHeaderBytes = 24;

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

    /// <summary>The way that a timeline of this node came: where it left each of those before; empty for the first, and for one whose history is gone.</summary>
    public async Task<IReadOnlyDictionary<uint, NpgsqlLogSequenceNumber>> ForksOfAsync(uint timeline, CancellationToken cancellationToken)
    {
        var file = Path.Combine(Folder, string.Create(CultureInfo.InvariantCulture, $"{timeline:X8}.history"));
        return PrimaryHistory.ForksIn(File.Exists(file) ? await File.ReadAllTextAsync(file, cancellationToken) : "");
    }

    /// <summary>The segment with the last whole record of all, which may be long after what the control file knows; null when there is none.</summary>
    public async Task<WalMark?> EndAsync(LocalData data, CancellationToken cancellationToken)
    {
        var newest = Directory.EnumerateFiles(Folder).Select(Path.GetFileName).OfType<string>().Where(name => SegmentName().IsMatch(name))
            .Where(name => TimelineOf(name) <= data.Timeline).GroupBy(TimelineOf).MaxBy(group => group.Key);
        if (newest is null)
            return null;
        var first = newest.Min(StringComparer.Ordinal)!;
        var begin = new NpgsqlLogSequenceNumber((ulong.Parse(first[8..16], NumberStyles.HexNumber, CultureInfo.InvariantCulture) << 32)
            + (ulong.Parse(first[16..], NumberStyles.HexNumber, CultureInfo.InvariantCulture) * SegmentBytes));
        var from = begin > data.Lsn ? begin : data.Lsn;
        var dump = await tools.RunAsync("pg_waldump", ["--path", Folder, "--timeline", $"{newest.Key}", "--start", $"{from}", "--quiet"], cancellationToken);
        return await MarkAsync(newest.Key, LastRecord().Match(dump.Errors) is { Success: true } last && NpgsqlLogSequenceNumber.TryParse(last.Groups[1].Value, out var record)
            ? AfterHeader(record) : data.Lsn, cancellationToken);
    }

    /// <summary>What this node has before a position; null when it has not that segment.</summary>
    public async Task<WalMark?> MarkAsync(uint timeline, NpgsqlLogSequenceNumber position, CancellationToken cancellationToken)
    {
        var file = Path.Combine(Folder, Segment(timeline, Before(position)));
        if (!File.Exists(file))
            return null;
        var bytes = new byte[BytesBefore(position)];
        await using var segment = File.OpenRead(file);
        await segment.ReadExactlyAsync(bytes, cancellationToken);
        return new(timeline, position, SHA256.HashData(bytes));
    }

    /// <summary>How much of the segment of a position is before it, in bytes.</summary>
    public static int BytesBefore(NpgsqlLogSequenceNumber position) => (int)((ulong)Before(position) % SegmentBytes) + 1;

    /// <summary>The name of the segment with the byte before a position, without its timeline.</summary>
    public static string SegmentBefore(NpgsqlLogSequenceNumber position) => Segment(0, Before(position))[8..];

    private static NpgsqlLogSequenceNumber Before(NpgsqlLogSequenceNumber position) => new((ulong)position - 1);

    // Its checksum is in the header: two records of one length differ there.
    private static NpgsqlLogSequenceNumber AfterHeader(NpgsqlLogSequenceNumber record) =>
        new(Math.Min((ulong)record + RecordHeaderBytes, (((ulong)record / SegmentBytes) + 1) * SegmentBytes));

    private static uint TimelineOf(string segment) => uint.Parse(segment.AsSpan(0, 8), NumberStyles.HexNumber, CultureInfo.InvariantCulture);

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

    [GeneratedRegex("^[0-9A-F]{24}$")]
    private static partial Regex SegmentName();

    [GeneratedRegex("error in WAL record at ([0-9A-F]+/[0-9A-F]+)")]
    private static partial Regex LastRecord();
}
