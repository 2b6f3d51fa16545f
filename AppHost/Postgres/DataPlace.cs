using System.Security.Cryptography;
using System.Text;

namespace AppHost.Postgres;

/// <summary>Where the nodes' data lies, and whose it is.</summary>
/// <param name="Folder">The folder that holds a folder for each node.</param>
/// <param name="Checkout">This clone's identity: two clones never share data.</param>
internal sealed record DataPlace(string Folder, string Checkout)
{
    public static DataPlace Of(IDistributedApplicationBuilder builder, PostgresClusterOptions options)
    {
        var clone = Path.GetFullPath(Path.Combine(builder.AppHostDirectory, ".."));
        var checkout = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(clone)))[..12];
        var folder = options.DataDir is { Length: > 0 } chosen ? Path.GetFullPath(chosen, builder.AppHostDirectory) : Path.Combine(Root(), checkout);
        return new DataPlace(folder, checkout);
    }

    // Started as root, the server runs as another user, who cannot enter root's home.
    private static string Root() => Environment.IsPrivilegedProcess && !OperatingSystem.IsWindows()
        ? "/var/lib/conversation-platform"
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create), "conversation-platform");
}
