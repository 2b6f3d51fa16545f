using MaintenanceWorker.Monitoring.Servers;
using MaintenanceWorker.Operations;
using Microsoft.Extensions.Options;
using Npgsql;

namespace MaintenanceWorker.Nodes;

/// <summary>Asks every node, all at once; those that do not answer are part of the answer.</summary>
internal sealed class ClusterStatus(DatabaseServers servers, NodeClient client, IOptions<NodesOptions> nodes) : IOperationHandler
{
    private const string Sql = """
        SELECT r.standby, CASE WHEN r.standby THEN (pg_control_checkpoint()).timeline_id::bigint ELSE ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::bigint END, r.lsn::text, r.lsn - '0/0', current_setting('server_version'), pg_postmaster_start_time(),
               CASE WHEN r.standby THEN EXISTS (SELECT 1 FROM pg_stat_wal_receiver WHERE status = 'streaming') END,
               CASE WHEN NOT r.standby THEN NULL WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() THEN 0
                    ELSE EXTRACT(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp())::float8 END
        FROM (SELECT s AS standby, CASE WHEN s THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END AS lsn FROM pg_is_in_recovery() AS s) AS r
        """;

    private sealed record Asked(ClusterNode Node, decimal? Position);

    public async Task<OperationResult> RunAsync(OperationCall call, CancellationToken cancellationToken)
    {
        var asked = await Task.WhenAll(servers.All.Select(server => AskAsync(server, cancellationToken)));
        var primaries = asked.Where(one => one.Node.Role == "primary").ToList();
        var view = new ClusterView(
            [.. Problems(asked, primaries)],
            [.. asked.Select(one => one.Node with { LagBytes = one.Node.Role == "replica" && primaries is [var primary] ? (long)Math.Max(0, primary.Position!.Value - one.Position!.Value) : null })]);
        var summary = primaries is [var leader] ? $"{leader.Node.Name} leads {Counted.Of(asked.Length, "node")}" : primaries.Count == 0 ? "No node takes writes" : $"{primaries.Count} nodes take writes";
        return OperationResult.Of(view, ClusterJson.Default.ClusterView, view.Problems.Count == 0 ? $"{summary}; all is well" : $"{summary}; {view.Problems.Count} to look at", view.Problems.Count > 0);
    }

    private static IEnumerable<string> Problems(Asked[] asked, List<Asked> primaries)
    {
        if (primaries.Count == 0)
            yield return "No node takes writes.";
        if (primaries.Count > 1)
            yield return $"More than one node takes writes: {string.Join(", ", primaries.Select(primary => primary.Node.Name))}. Stop the one with the older timeline.";
        foreach (var node in asked.Select(one => one.Node))
        {
            if (node.Role == "down")
                yield return $"{node.Name} is down: {node.Says}";
            else if (node.Streaming is false)
                yield return $"{node.Name} does not stream from the primary.";
        }
    }

    private async Task<Asked> AskAsync(DatabaseServer server, CancellationToken cancellationToken)
    {
        var node = nodes.Value.FirstOrDefault(node => node.Server == server.ToString());
        var own = node is null ? null : OwnWordAsync(node, cancellationToken);
        var asked = await AskServerAsync(server, cancellationToken);
        var name = node?.Name ?? server.ToString();
        if (own is null)
            return asked with { Node = asked.Node with { Name = name } };
        var (status, silence) = await own;
        return asked with { Node = asked.Node with { Name = name, DiskFreeBytes = status?.DiskFreeBytes, Timeline = asked.Node.Timeline ?? status?.Timeline, Says = status?.State ?? asked.Node.Says ?? silence } };
    }

    private async Task<(NodeAnswer? Status, string? Silence)> OwnWordAsync(NodeOptions node, CancellationToken cancellationToken)
    {
        try
        {
            return (await client.StatusAsync(node, cancellationToken), null);
        }
        catch (HttpRequestException e)
        {
            return (null, e.Message);
        }
    }

    private static async Task<Asked> AskServerAsync(DatabaseServer server, CancellationToken cancellationToken, bool again = true)
    {
        try
        {
            await using var command = server.Connections.CreateCommand(Sql);
            await using var row = await command.ExecuteReaderAsync(cancellationToken);
            await row.ReadAsync(cancellationToken);
            return new(new("", server.ToString(), row.GetBoolean(0) ? "replica" : "primary", row.GetInt64(1), Text(row, 2), null, row.IsDBNull(7) ? null : Math.Round(row.GetDouble(7), 1),
                row.IsDBNull(6) ? null : row.GetBoolean(6), row.GetString(4), row.GetFieldValue<DateTimeOffset>(5), null, null), row.IsDBNull(3) ? 0 : row.GetDecimal(3));
        }
        catch (Exception e) when (ServerFault.Is(e))
        {
            // A session that waited in the pool may have ended with the server's last life.
            server.Connections.Clear();
            if (again && ServerFault.Of(e).IsEndOfSession)
                return await AskServerAsync(server, cancellationToken, again: false);
            return new(new("", server.ToString(), "down", null, null, null, null, null, null, null, null, ServerFault.Of(e).Reason), null);
        }
    }

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
