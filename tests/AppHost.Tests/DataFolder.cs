namespace AppHost.Tests;

/// <summary>A folder for a cluster's data, gone with the test; with passwords that stay out of the user's secrets.</summary>
public sealed class DataFolder : IDisposable
{
    private static readonly string[] _roles = ["superuser", "owner", "app", "maintenance", "analytics", "replication", "repmgr"];

    // Others may enter: started as root, the server runs as another user.
    public string Path { get; } = Directory.CreateDirectory(System.IO.Path.Combine("/tmp", $"cp-{Guid.NewGuid():N}"[..12])).FullName;

    public string Secret { get; } = Guid.NewGuid().ToString("N");

    /// <summary>Of every role, with what a connection string separates and quotes by.</summary>
    public string Password => $"{Secret};='\"\"";

    public string[] Arguments =>
    [
        "--Postgres:Runtime=local",
        $"--Postgres:DataDir={Path}",
        $"--Parameters:postgres-control-key={Secret}",
        $"--Parameters:api-key={Secret}",
        $"--Parameters:reply-token-key={Secret}",
        $"--Parameters:postmark-inbound-secret={Secret}",
        .. _roles.Select(role => $"--Parameters:postgres-{role}-password={Password}"),
    ];

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
