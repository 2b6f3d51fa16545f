using PostgresNode.Configuration;
using PostgresNode.Processes;

namespace PostgresNode.Replication;

/// <summary>Tells repmgr of this node at each start: ports change from run to run.</summary>
internal sealed partial class RepmgrRegistration(ToolRunner tools, ConfigurationFiles files, NodePaths paths, ILogger<RepmgrRegistration> logger)
{
    public async Task<bool> RegisterAsync(bool primary, CancellationToken cancellationToken)
    {
        if (!files.HasRepmgr)
            return true;
        var result = await tools.RunAsync("repmgr", ["-f", paths.RepmgrConfiguration, primary ? "primary" : "standby", "register", "-F"], cancellationToken);
        if (result.Succeeded)
            Registered(primary ? "primary" : "standby");
        else
            NotRegistered(result.Complaint);
        return result.Succeeded;
    }

    [LoggerMessage(LogLevel.Information, "repmgr knows this node as {Role}")]
    private partial void Registered(string role);

    [LoggerMessage(LogLevel.Warning, "repmgr did not take this node's registration: {Reason}")]
    private partial void NotRegistered(string reason);
}
