using ConversationData.Conversations;
using ConversationData.Events;
using ConversationData.Messages;
using ConversationData.Operations.Keys;
using ConversationData.Operations.Runs;
using ConversationData.Suggestions;
using ConversationData.Work;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace ConversationData.Connections;

/// <summary>The pools of connections to the cluster: which node leads is found out, again after every failover.</summary>
public sealed class ConversationDataSource : IAsyncDisposable
{
    private readonly NpgsqlMultiHostDataSource _hosts;
    private readonly Lazy<NpgsqlMultiHostDataSource[]> _nodes;

    /// <summary>Opens no connection yet.</summary>
    /// <param name="connectionString">Where the cluster is.</param>
    /// <param name="loggers">Take what Npgsql says of its commands, never with the values of parameters; null for nobody.</param>
    public ConversationDataSource(NpgsqlConnectionStringBuilder connectionString, ILoggerFactory? loggers = null)
    {
        ArgumentNullException.ThrowIfNull(connectionString);
        var builder = new NpgsqlDataSourceBuilder(connectionString.ConnectionString);
        builder.MapEnum<ConversationStatus>();
        builder.MapEnum<MessageDirection>();
        builder.MapEnum<DeliveryStatus>();
        builder.MapEnum<SuggestionStatus>();
        builder.MapEnum<WorkKind>();
        builder.MapEnum<ConversationEventKind>();
        builder.MapEnum<ApiScope>("ops.api_scope");
        builder.MapEnum<RunState>("ops.run_state");
        builder.UseVector();
        builder.UseLoggerFactory(loggers);
        _hosts = builder.BuildMultiHost();
        Primary = _hosts.WithTargetSession(TargetSessionAttributes.Primary);
        PreferPrimary = _hosts.WithTargetSession(TargetSessionAttributes.PreferPrimary);
        Standby = _hosts.WithTargetSession(TargetSessionAttributes.PreferStandby);
        _nodes = new(() => [.. Hosts(connectionString).Select(host => NodeOf(connectionString, host))]);
    }

    /// <summary>The node that takes writes.</summary>
    public NpgsqlDataSource Primary { get; }

    /// <summary>For what only reads: the node that takes writes, or a replica while there is none.</summary>
    public NpgsqlDataSource PreferPrimary { get; }

    /// <summary>
    /// For reads that may be stale: a replica, or the node that takes writes while no replica answers. How far a replica is behind is
    /// not looked at here.
    /// </summary>
    public NpgsqlDataSource Standby { get; }

    /// <summary>Each node by itself, to ask how it is: one connection a node, and no patience.</summary>
    public IReadOnlyList<NpgsqlDataSource> Nodes => _nodes.Value;

    /// <summary>Begins to write. Whatever writes does it in such a transaction, or by <see cref="WriteAsync(string, NpgsqlParameter[], CancellationToken)"/>.</summary>
    public Task<WriteTransaction> BeginWriteAsync(CancellationToken cancellationToken) => WriteTransaction.BeginAsync(Primary, cancellationToken);

    /// <summary>Writes by one statement, in a transaction of its own.</summary>
    /// <param name="sql">The statement.</param>
    /// <param name="parameters">Its parameters.</param>
    /// <param name="cancellationToken">Gives up before the commit, never during it.</param>
    /// <returns>How many rows it changed.</returns>
    /// <exception cref="CommitInDoubtException">It may be done.</exception>
    public Task<int> WriteAsync(string sql, NpgsqlParameter[] parameters, CancellationToken cancellationToken) =>
        WriteAsync(sql, parameters, (command, token) => command.ExecuteNonQueryAsync(token), cancellationToken);

    /// <summary>The same for a statement that answers.</summary>
    /// <param name="sql">The statement.</param>
    /// <param name="parameters">Its parameters.</param>
    /// <param name="run">Runs the statement and reads what it answers.</param>
    /// <param name="cancellationToken">Gives up before the commit, never during it.</param>
    /// <exception cref="CommitInDoubtException">It may be done.</exception>
    public async Task<T> WriteAsync<T>(string sql, NpgsqlParameter[] parameters, Func<NpgsqlCommand, CancellationToken, Task<T>> run, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(run);
        await using var write = await BeginWriteAsync(cancellationToken);
        T answer;
        await using (var command = new NpgsqlCommand(sql, write.Connection, write.Transaction))
        {
            command.Parameters.AddRange(parameters);
            answer = await run(command, cancellationToken);
        }

        await write.CommitAsync();
        return answer;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_nodes.IsValueCreated)
            foreach (var node in _nodes.Value)
                await node.DisposeAsync();
        await _hosts.DisposeAsync();
    }

    private static string[] Hosts(NpgsqlConnectionStringBuilder connectionString) =>
        (connectionString.Host ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static NpgsqlMultiHostDataSource NodeOf(NpgsqlConnectionStringBuilder connectionString, string host) =>
        // Made as if there were several, which reads a port behind the host.
        new NpgsqlDataSourceBuilder(new NpgsqlConnectionStringBuilder(connectionString.ConnectionString)
        {
            Host = host, MinPoolSize = 0, MaxPoolSize = 1, Timeout = 2, CommandTimeout = 2, CancellationTimeout = -1,
        }.ConnectionString).BuildMultiHost();
}
