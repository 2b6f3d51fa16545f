using System.Diagnostics.Metrics;
using ConversationData.Connections;
using Microsoft.Extensions.Options;
using Npgsql;

namespace ConversationApi.Database;

/// <summary>Where to read what may be a little old: search, statistics. Never what a client has just written, nor what must be whole.</summary>
internal sealed class StaleReads(ConversationDataSource data, IOptions<StaleReadOptions> options, TimeProvider time)
{
    private static readonly Meter _meter = new("ConversationPlatform.Api.Database");
    private static readonly Counter<long> _reads = _meter.CreateCounter<long>("conversation_platform.stale_reads", "{read}", "Reads that may be stale, by the node that they went to.");
    private readonly TimeSpan _maxLag = options.Value.MaxLag;
    private long _freshAsOf;

    /// <summary>The replicas while all that answer are close enough, else the node that takes writes.</summary>
    public NpgsqlDataSource Source => IsStandbyClose ? data.Standby : data.Primary;

    /// <summary>Whether a read would go to a replica now.</summary>
    public bool IsStandbyClose => Volatile.Read(ref _freshAsOf) is not 0 and var moment && time.GetElapsedTime(moment) <= _maxLag;

    /// <summary>Reads from <see cref="Source"/>, and once more from the node that takes writes when the replica fails under it.</summary>
    /// <param name="read">Only reads; may be called twice.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<T> ReadAsync<T>(Func<NpgsqlDataSource, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        if (IsStandbyClose)
        {
            try
            {
                var result = await read(data.Standby, cancellationToken);
                _reads.Add(1, new KeyValuePair<string, object?>("node", "standby"));
                return result;
            }
            catch (Exception e) when (IsOfTheReplica(e) && !cancellationToken.IsCancellationRequested)
            {
                Leave();
            }
        }

        _reads.Add(1, new KeyValuePair<string, object?>("node", "primary"));
        return await read(data.Primary, cancellationToken);
    }

    /// <summary>Every replica that answers has all that was written before this moment, as <see cref="TimeProvider.GetTimestamp"/> gives it; 0 when none is close.</summary>
    public void Follow(long moment) => Volatile.Write(ref _freshAsOf, moment);

    /// <summary>No replica is read from until the next look finds one close enough.</summary>
    public void Leave() => Volatile.Write(ref _freshAsOf, 0);

    // Broken connections, a replica that shuts down or starts, and rows that it had to remove while they were read.
    private static bool IsOfTheReplica(Exception e) => e switch
    {
        PostgresException p => p.IsTransient || p.SqlState.StartsWith("57P", StringComparison.Ordinal)
            || p.SqlState is PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.ReadOnlySqlTransaction,
        _ => e is NpgsqlException or TimeoutException or IOException,
    };
}
