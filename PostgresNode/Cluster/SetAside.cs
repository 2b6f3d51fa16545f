using System.Globalization;
using NpgsqlTypes;
using PostgresNode.Configuration;
using PostgresNode.Processes;

namespace PostgresNode.Cluster;

/// <summary>What a rejoin would otherwise destroy. Nothing that was set aside is ever deleted by the node.</summary>
internal sealed partial class SetAside(NodePaths paths, ServerAccount account, TimeProvider time, ILogger<SetAside> logger)
{
    public IReadOnlyList<string> Folders => Directory.Exists(paths.SetAside) ? [.. Directory.EnumerateDirectories(paths.SetAside).Order()] : [];

    /// <summary>Moves PGDATA away whole.</summary>
    public void KeepData()
    {
        if (!Directory.Exists(paths.Data) || !Directory.EnumerateFileSystemEntries(paths.Data).Any())
            return;
        var folder = NewFolder("data");
        Directory.Delete(folder);
        Directory.Move(paths.Data, folder);
        DataKept(folder);
    }

    /// <summary>Removes PGDATA of which the primary has everything: the disk may have no room for two.</summary>
    public void DropData()
    {
        // Away by its name first: half of it must never be taken for data.
        if (Directory.Exists(paths.NewData))
            Directory.Delete(paths.NewData, recursive: true);
        Directory.Move(paths.Data, paths.NewData);
        Directory.Delete(paths.NewData, recursive: true);
        DataDropped();
    }

    /// <summary>Copies the WAL of a timeline from a position on.</summary>
    /// <returns>Where it is.</returns>
    public string KeepWal(uint timeline, NpgsqlLogSequenceNumber from)
    {
        var folder = NewFolder("wal");
        var wal = Path.Combine(paths.Data, "pg_wal");
        var prefix = timeline.ToString("X8", CultureInfo.InvariantCulture);
        // Names sort as positions do; 16 MiB segments, since the node's initdb makes no others.
        var first = string.Create(CultureInfo.InvariantCulture, $"{prefix}{(ulong)from >> 32:X8}{((ulong)from & 0xFFFFFFFF) >> 24:X8}");
        foreach (var segment in Directory.EnumerateFiles(wal, prefix + "*").Where(file => string.CompareOrdinal(Path.GetFileName(file), first) >= 0))
        {
            var copy = Path.Combine(folder, Path.GetFileName(segment));
            File.Copy(segment, copy);
            account.Own(copy);
        }
        return folder;
    }

    private string NewFolder(string kind)
    {
        account.MakePrivateFolder(paths.SetAside);
        var name = string.Create(CultureInfo.InvariantCulture, $"{time.GetUtcNow():yyyyMMdd'T'HHmmss'.'fff}-{kind}");
        var folder = Path.Combine(paths.SetAside, name);
        account.MakePrivateFolder(folder);
        return folder;
    }

    [LoggerMessage(LogLevel.Information, "Removed this replica's data, of which the primary has everything")]
    private partial void DataDropped();

    [LoggerMessage(LogLevel.Warning, "The data that lay here was moved to {Folder}; delete it when nobody needs it any more")]
    private partial void DataKept(string folder);
}
