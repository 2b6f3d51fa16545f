using Microsoft.Extensions.Options;
using PostgresNode.Processes;

namespace PostgresNode.Configuration;

/// <summary>Writes the node's configuration, anew at each start.</summary>
internal sealed class ConfigurationFiles(IOptions<PostgresNodeOptions> options, NodePaths paths, ServerAccount account)
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public bool HasRepmgr => File.Exists(paths.Program("repmgr"));

    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        var settings = ServerSettings.For(options.Value, HasRepmgr, hasTimeZones: File.Exists("/usr/share/zoneinfo/UTC"));
        await ReplaceAsync(paths.ServerConfiguration, ServerSettings.Render(settings), cancellationToken);
        await ReplaceAsync(paths.RewindConfiguration, ServerSettings.ForRewind, cancellationToken);
        await ReplaceAsync(paths.HostBasedAuthentication, AccessRules.HostBased(options.Value), cancellationToken);
        await ReplaceAsync(paths.UserMap, AccessRules.UserMap(Environment.UserName, account.Name), cancellationToken);
        await ReplaceAsync(paths.PasswordFile, PasswordFile.Render(options.Value), cancellationToken);
        await ReplaceAsync(paths.RepmgrConfiguration, RepmgrSettings.Render(options.Value, paths), cancellationToken);
    }

    /// <summary>Writes a file where the server's account may have put anything: by renaming, through no link, never readable by others, not even while it is written.</summary>
    public async Task ReplaceAsync(string path, string text, CancellationToken cancellationToken)
    {
        var partial = path + ".new";
        File.Delete(partial);
        await using (var file = new FileStream(partial, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = Private,
        }))
        await using (var writer = new StreamWriter(file))
            await writer.WriteAsync(text.AsMemory(), cancellationToken);
        account.Own(partial);
        File.Move(partial, path, overwrite: true);
    }
}
