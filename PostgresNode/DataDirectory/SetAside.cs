using System.Globalization;
using Microsoft.Extensions.Options;
using NpgsqlTypes;
using PostgresNode.Configuration;
using PostgresNode.Processes;

namespace PostgresNode.DataDirectory;

/// <summary>
/// What a rejoin would otherwise destroy. The newest stay, as many as <see cref="PostgresNodeOptions.SetAsideToKeep"/> says. Files are
/// changed with the rights of the server's account, whose folder this is.
/// </summary>
internal sealed partial class SetAside(
    NodePaths paths, ToolRunner tools, IOptions<PostgresNodeOptions> options, TimeProvider time, ILogger<SetAside> logger)
{
    private readonly HashSet<string> _made = [];

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<string> Folders => Directory.Exists(paths.SetAside) ? [.. Directory.EnumerateDirectories(paths.SetAside).Order(StringComparer.Ordinal)] : [];

    /// <summary>Moves PGDATA away whole.</summary>
    public Task KeepDataAsync(CancellationToken cancellationToken) => KeepAsync(paths.Data, cancellationToken);

    /// <summary>Moves a folder with data away whole.</summary>
    public async Task KeepAsync(string data, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(data) || !Directory.EnumerateFileSystemEntries(data).Any())
            return;
        var folder = NewPath("data");
        await MakeFoldersAsync([paths.SetAside], cancellationToken);
        await tools.ChangeFilesAsync("mv", [data, folder], cancellationToken);
        _made.Add(folder);
        DataKept(folder);
        await PruneAsync(cancellationToken);
    }

    /// <summary>Removes data of which the primary has everything.</summary>
    public async Task DropAsync(string data, CancellationToken cancellationToken)
    {
        // Away by its name first: half of it must never be taken for data.
        await tools.ChangeFilesAsync("rm", ["-rf", paths.NewData], cancellationToken);
        await tools.ChangeFilesAsync("mv", [data, paths.NewData], cancellationToken);
        await tools.ChangeFilesAsync("rm", ["-rf", paths.NewData], cancellationToken);
        DataDropped();
    }

    /// <summary>Copies the WAL of a timeline from a position on, once: a rejoin that did not succeed is tried again.</summary>
    /// <returns>Where it is.</returns>
    public async Task<string> KeepWalAsync(uint timeline, NpgsqlLogSequenceNumber from, CancellationToken cancellationToken)
    {
        var wal = Path.Combine(paths.Data, "pg_wal");
        var prefix = timeline.ToString("X8", CultureInfo.InvariantCulture);
        // Names sort as positions do; 16 MiB segments, since the node's initdb makes no others.
        var first = string.Create(CultureInfo.InvariantCulture, $"{prefix}{(ulong)from >> 32:X8}{((ulong)from & 0xFFFFFFFF) >> 24:X8}");
        string[] segments = [.. Directory.EnumerateFiles(wal, prefix + "*").Where(file => string.CompareOrdinal(Path.GetFileName(file), first) >= 0).Order(StringComparer.Ordinal)];
        if (Folders.FirstOrDefault(folder => Same(folder, segments)) is { } present)
        {
            _made.Add(present);
            return present;
        }
        var made = NewPath("wal");
        await MakeFoldersAsync([paths.SetAside, made], cancellationToken);
        try
        {
            if (segments.Length > 0)
                await tools.ChangeFilesAsync("cp", ["-p", .. segments, made], cancellationToken);
        }
        catch
        {
            await tools.ChangeFilesAsync("rm", ["-rf", made], CancellationToken.None);
            throw;
        }
        _made.Add(made);
        await PruneAsync(cancellationToken);
        return made;
    }

    /// <summary>Ends a rejoin: what it kept was safe from <see cref="PostgresNodeOptions.SetAsideToKeep"/> until now.</summary>
    public void Settle() => _made.Clear();

    private string NewPath(string kind) =>
        Path.Combine(paths.SetAside, string.Create(CultureInfo.InvariantCulture, $"{time.GetUtcNow():yyyyMMdd'T'HHmmss'.'fff}-{kind}"));

    private Task MakeFoldersAsync(string[] folders, CancellationToken cancellationToken) =>
        tools.ChangeFilesAsync("mkdir", ["-p", "-m", "700", .. folders], cancellationToken);

    // The server writes nothing between two tries, and a copy has its original's time.
    private static bool Same(string folder, string[] segments) => segments.Length > 0
        && Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal).Select(Description).SequenceEqual(segments.Select(Description));

    private static (string Name, long Length, long Seconds) Description(string path) =>
        new FileInfo(path) is var file ? (file.Name, file.Length, new DateTimeOffset(file.LastWriteTimeUtc).ToUnixTimeSeconds()) : default;

    // Names begin with the time. Never what this rejoin made, be it more, or the clock have gone back.
    private async Task PruneAsync(CancellationToken cancellationToken)
    {
        foreach (var folder in Folders.Where(folder => !_made.Contains(folder)).SkipLast(options.Value.SetAsideToKeep - _made.Count))
        {
            await tools.ChangeFilesAsync("rm", ["-rf", folder], cancellationToken);
            Pruned(folder, options.Value.SetAsideToKeep);
        }
    }

    [LoggerMessage(LogLevel.Information, "Removed this replica's data, of which the primary has everything")]
    private partial void DataDropped();

    [LoggerMessage(LogLevel.Warning, "The data that lay here was moved to {Folder}; it is removed when enough newer folders lie there (Postgres:SetAsideToKeep), or by whoever has looked at it")]
    private partial void DataKept(string folder);

    [LoggerMessage(LogLevel.Warning, "Removed {Folder}, set aside earlier: the newest {Count} are kept (Postgres:SetAsideToKeep)")]
    private partial void Pruned(string folder, int count);
}
