using Microsoft.Extensions.Options;
using PostgresNode.Configuration;

namespace PostgresNode.DataDirectory;

/// <summary>The space where the data lies.</summary>
internal sealed class DiskSpace(IOptions<PostgresNodeOptions> options, NodePaths paths)
{
    private const long Mebibyte = 1024 * 1024;

    public (long Free, long Total) Measure()
    {
        var drive = new DriveInfo(paths.Home);
        return (drive.AvailableFreeSpace, drive.TotalSize);
    }

    /// <summary>Null when the folder is not there.</summary>
    public (long? Free, long? Total) TryMeasure()
    {
        try
        {
            return Measure();
        }
        catch (IOException)
        {
            return (null, null);
        }
    }

    /// <summary>Whether less is free than the reserve; says so in words that stay the same from one second to the next, or null.</summary>
    public string? Shortage() => TryMeasure().Free is { } free && free < Reserve
        ? $"Less than {options.Value.MinimumFreeMegabytes} MiB are free in {paths.Home}: make room there (never inside data/pg_wal). Writes fail when nothing is left, and PostgreSQL ends when its WAL has no room." : null;

    private long Reserve => options.Value.MinimumFreeMegabytes * Mebibyte;

    /// <summary>What is missing for so many bytes beside the reserve, in words; null when there is room.</summary>
    public string? Lacks(long bytes) => Measure().Free is var free && free < bytes + Reserve
        ? $"{(bytes + Reserve) / Mebibyte} MiB are needed, {free / Mebibyte} MiB are free" : null;

    /// <summary>How much the files of a folder hold, in bytes; links are not followed.</summary>
    public static long SizeOf(string folder) => new DirectoryInfo(folder)
        .EnumerateFiles("*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint }).Sum(file => file.Length);

    /// <summary>Refuses what would fill the disk.</summary>
    /// <param name="bytes">What is going to be written, beside the reserve that has to stay free.</param>
    /// <param name="purpose">What for.</param>
    /// <exception cref="NodeFaultException">There is not enough.</exception>
    public void Require(long bytes, string purpose)
    {
        if (Lacks(bytes) is { } shortage)
            throw new NodeFaultException($"The disk is full: for {purpose} in {paths.Home} {shortage}. "
                + "Make room there (never inside data/pg_wal), or lower Postgres:MinimumFreeMegabytes.");
    }
}
