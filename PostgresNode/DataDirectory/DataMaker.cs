using PostgresNode.Configuration;
using PostgresNode.Processes;
using PostgresNode.Replication;
using PostgresNode.Roles;

namespace PostgresNode.DataDirectory;

/// <summary>Makes data beside PGDATA's place, which it takes when it is whole: nothing half-made is ever started.</summary>
internal sealed partial class DataMaker(ToolRunner tools, NodePaths paths, DiskSpace disk, ILogger<DataMaker> logger)
{
    public async Task InitializeAsync(CancellationToken cancellationToken)
    {
        disk.Require(0, "a new cluster");
        await PrepareAsync(cancellationToken);
        var result = await InitdbAsync("C.UTF-8", cancellationToken);
        // Not every system has C.UTF-8; C sorts the same and only knows fewer letters' cases.
        if (!result.Succeeded && result.Errors.Contains("locale", StringComparison.Ordinal))
        {
            await PrepareAsync(cancellationToken);
            result = await InitdbAsync("C", cancellationToken);
        }
        if (!result.Succeeded)
            throw new NodeFaultException($"initdb failed: {result.Complaint}");
        await tools.ChangeFilesAsync("mv", [paths.NewData, paths.Data], cancellationToken);
        Made(paths.Data);
    }

    /// <summary>Fetches a primary's data whole, as a standby's, beside PGDATA: into <see cref="NodePaths.NewData"/>.</summary>
    public async Task FetchAsync(PeerOptions primary, string slot, CancellationToken cancellationToken)
    {
        await tools.ChangeFilesAsync("rm", ["-rf", paths.NewData], cancellationToken);
        var result = await tools.RunAsync("pg_basebackup", ["-D", paths.NewData, "-d", Upstream.ConnectionTo(primary, PlatformRole.Replicator, "postgres"),
            "-X", "stream", "-S", slot, "--checkpoint=fast", "--no-password"], cancellationToken);
        if (!result.Succeeded)
            throw new NodeFaultException($"The data of {primary.Name} could not be fetched: {result.Complaint}");
        await tools.ChangeFilesAsync("touch", [Path.Combine(paths.NewData, "standby.signal")], cancellationToken);
        Fetched(primary.Name);
    }

    private async Task PrepareAsync(CancellationToken cancellationToken)
    {
        await tools.ChangeFilesAsync("rm", ["-rf", paths.NewData], cancellationToken);
        if (Directory.Exists(paths.Data))
            await tools.ChangeFilesAsync("rmdir", [paths.Data], cancellationToken);
    }

    // Nobody gets in by the rules that initdb writes; the node's own stand beside PGDATA.
    private Task<ToolResult> InitdbAsync(string locale, CancellationToken cancellationToken) => tools.RunAsync("initdb",
        ["-D", paths.NewData, "--username=postgres", "--encoding=UTF8", $"--locale={locale}", "--data-checksums", "--auth=reject", "--no-instructions"], cancellationToken);

    [LoggerMessage(LogLevel.Information, "Made a new cluster in {Folder}")]
    private partial void Made(string folder);

    [LoggerMessage(LogLevel.Information, "Fetched the data of {Primary}")]
    private partial void Fetched(string primary);
}
