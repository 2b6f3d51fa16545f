using System.Security.Cryptography;
using System.Text;

namespace AppHost.Postgres;

/// <summary>Where the nodes' data lies, and whose it is.</summary>
/// <param name="Folder">The folder that holds a folder for each node.</param>
/// <param name="Checkout">This clone's identity: two clones never share data.</param>
/// <param name="ClonePath">Where the clone is.</param>
internal sealed record DataPlace(string Folder, string Checkout, string ClonePath)
{
    private string RuntimeFile => Path.Combine(Folder, "runtime");
    private string CloneFile => Path.Combine(Folder, "clone");

    /// <summary>What the data was made by; null when there is none yet.</summary>
    public PostgresRuntime? MadeBy => File.Exists(RuntimeFile) && Enum.TryParse<PostgresRuntime>(File.ReadAllText(RuntimeFile), out var made) ? made : null;

    /// <summary>The folders of local nodes; only what a node made is one, whatever folder the configuration names.</summary>
    public IReadOnlyList<string> Nodes => Directory.Exists(Folder)
        ? [.. Directory.GetDirectories(Folder).Where(folder => File.Exists(Path.Combine(folder, "identity.json")))]
        : [];

    public static DataPlace Of(IDistributedApplicationBuilder builder, PostgresClusterOptions options)
    {
        var clone = Path.GetFullPath(Path.Combine(builder.AppHostDirectory, ".."));
        var checkout = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(clone)))[..12];
        var folder = options.DataDir is { Length: > 0 } chosen ? Path.GetFullPath(chosen, builder.AppHostDirectory) : Path.Combine(Root(), checkout);
        return new DataPlace(folder, checkout, clone);
    }

    /// <summary>Writes down whose data this is, before any is made.</summary>
    public void Claim(PostgresRuntime runtime)
    {
        Directory.CreateDirectory(Folder);
        File.WriteAllText(RuntimeFile, runtime.ToString());
        File.WriteAllText(CloneFile, ClonePath);
    }

    /// <summary>Forgets it, when the data is gone.</summary>
    public void Release()
    {
        File.Delete(RuntimeFile);
        File.Delete(CloneFile);
    }

    /// <summary>Data of a clone that is not where it was, which may be this one under its former name; null when this one has data or there is none such.</summary>
    public (string Folder, string Clone)? Orphaned()
    {
        var root = Path.GetDirectoryName(Folder);
        if (MadeBy is not null || root is null || !Directory.Exists(root))
        {
            return null;
        }

        foreach (var file in Directory.GetDirectories(root).Select(folder => Path.Combine(folder, "clone")).Where(File.Exists))
        {
            var clone = File.ReadAllText(file);
            if (!Directory.Exists(clone))
            {
                return (Path.GetDirectoryName(file)!, clone);
            }
        }

        return null;
    }

    // Started as root, the server runs as another user, who cannot enter root's home.
    private static string Root() => Environment.IsPrivilegedProcess && !OperatingSystem.IsWindows()
        ? "/var/lib/conversation-platform"
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create), "conversation-platform");
}
