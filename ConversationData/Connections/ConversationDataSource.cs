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
    }

    /// <summary>The node that takes writes.</summary>
    public NpgsqlDataSource Primary { get; }

    /// <summary>For what only reads: the node that takes writes, or a replica while there is none.</summary>
    public NpgsqlDataSource PreferPrimary { get; }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _hosts.DisposeAsync();
}
