using MaintenanceWorker.Monitoring.Servers;
using MaintenanceWorker.Operations;

namespace MaintenanceWorker.Sessions;

/// <summary>Finds idle client sessions on every node, and ends them.</summary>
internal sealed class IdleSessions(DatabaseServers servers)
{
    // Who holds an advisory lock does it for others to see, such as a migration at work: it is idle on purpose.
    // What is ended is found in the same statement, so that little time is left for a session to begin to work in between.
    private const string Sql = """
        SELECT a.pid, a.usename, coalesce(a.application_name, ''), coalesce(host(a.client_addr), ''), a.state, extract(epoch FROM clock_timestamp() - a.state_change)::float8,
               CASE WHEN $4 THEN pg_terminate_backend(a.pid) END
        FROM pg_stat_activity a JOIN pg_roles r ON r.rolname = a.usename
        WHERE a.backend_type = 'client backend' AND a.datname = current_database() AND a.pid <> pg_backend_pid()
          AND a.state = ANY ($1) AND a.state_change <= clock_timestamp() - $2
          AND a.application_name NOT LIKE 'MaintenanceWorker%' AND a.usename <> ALL ($3) AND NOT (r.rolsuper AND $5)
          AND a.wait_event IS DISTINCT FROM 'SyncRep' AND NOT ($5 AND EXISTS (SELECT FROM pg_locks l WHERE l.pid = a.pid AND l.locktype = 'advisory'))
        ORDER BY a.state_change LIMIT 1000
        """;

    // Their sessions belong to the platform's own upkeep.
    private static readonly string[] _left = ["maintenance", "replicator", "repmgr"];
    private static readonly string[] _idle = ["idle"];
    private static readonly string[] _idleOrInTransaction = ["idle", "idle in transaction", "idle in transaction (aborted)"];

    /// <summary>What is asked of the sessions.</summary>
    /// <param name="IdleFor">Only those that have been idle for so long.</param>
    /// <param name="InTransaction">Also those that are idle in a transaction.</param>
    /// <param name="Endable">Only those that may be ended: superusers' may not.</param>
    /// <param name="End">Whether to end them.</param>
    internal sealed record Question(TimeSpan IdleFor, bool InTransaction, bool Endable, bool End);

    /// <summary>The sessions, the longest idle of each node first.</summary>
    /// <param name="question">Which.</param>
    /// <param name="warn">Told of nodes that do not answer.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="OperationFailedException">No node answers.</exception>
    public async Task<IReadOnlyList<IdleSession>> FindAsync(Question question, Action<string> warn, CancellationToken cancellationToken)
    {
        var found = new List<IdleSession>();
        var silent = 0;
        var waiting = new Queue<DatabaseServer>(servers.All);
        var tried = new HashSet<DatabaseServer>();
        while (waiting.TryDequeue(out var server))
        {
            try
            {
                found.AddRange(await FindAsync(server, question, cancellationToken));
            }
            catch (Exception e) when (ServerFault.Is(e) && ServerFault.Of(e).IsEndOfSession && tried.Add(server))
            {
                // A session that waited in the pool had ended.
                server.Connections.Clear();
                waiting.Enqueue(server);
            }
            catch (Exception e) when (ServerFault.Is(e))
            {
                silent++;
                warn($"{server} {ServerFault.Of(e).Reason}");
            }
        }

        return silent < servers.All.Count ? found : throw new OperationFailedException("No node answers. 'status' shows why.");
    }

    private static async Task<List<IdleSession>> FindAsync(DatabaseServer server, Question question, CancellationToken cancellationToken)
    {
        await using var command = server.Connections.CreateCommand(Sql);
        command.Parameters.Add(new() { Value = question.InTransaction ? _idleOrInTransaction : _idle });
        command.Parameters.Add(new() { Value = question.IdleFor });
        command.Parameters.Add(new() { Value = _left });
        command.Parameters.Add(new() { Value = question.End });
        command.Parameters.Add(new() { Value = question.Endable });
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        var sessions = new List<IdleSession>();
        while (await row.ReadAsync(cancellationToken))
        {
            sessions.Add(new(server.ToString(), row.GetInt32(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4),
                Math.Round(row.GetDouble(5), 1), row.IsDBNull(6) ? null : row.GetBoolean(6)));
        }

        return sessions;
    }
}
