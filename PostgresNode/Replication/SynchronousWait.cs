using Microsoft.Extensions.Options;
using PostgresNode.Configuration;
using PostgresNode.Roles;

namespace PostgresNode.Replication;

/// <summary>
/// synchronous_standby_names around a promotion: where the only other node is the primary that is gone, every write of the
/// new one would wait for it. It is suspended before the promotion and comes back with that node.
/// </summary>
internal sealed partial class SynchronousWait(LocalDatabase local, IOptions<PostgresNodeOptions> options, ILogger<SynchronousWait> logger)
{
    private bool Applies => options.Value is { Durability: Durability.Synchronous, Peers.Count: 1 };

    public async Task SuspendAsync(CancellationToken cancellationToken)
    {
        if (!Applies)
            return;
        await ChangeAsync("ALTER SYSTEM SET synchronous_standby_names = ''", cancellationToken);
        Suspended();
    }

    public async Task RestoreAsync(ServerFacts facts, CancellationToken cancellationToken)
    {
        if (!Applies || facts.Durability == "synchronous" || !facts.Replicas.Any(replica => replica.State == "streaming"))
            return;
        await ChangeAsync("ALTER SYSTEM RESET synchronous_standby_names", cancellationToken);
        Restored();
    }

    private async Task ChangeAsync(string sql, CancellationToken cancellationToken)
    {
        await using var connection = await local.OpenForSetupAsync("postgres", cancellationToken);
        await connection.ExecuteAsync(sql, cancellationToken);
        await connection.ExecuteAsync("SELECT pg_reload_conf()", cancellationToken);
    }

    [LoggerMessage(LogLevel.Warning, "Commits wait for no replica until the other node streams again")]
    private partial void Suspended();

    [LoggerMessage(LogLevel.Information, "Commits wait for a replica again")]
    private partial void Restored();
}
