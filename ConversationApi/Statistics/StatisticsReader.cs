using System.Data;
using ConversationApi.Database;
using ConversationData.Conversations;
using ConversationData.Queries;
using ConversationData.Suggestions;
using Microsoft.Extensions.Options;
using Npgsql;

namespace ConversationApi.Statistics;

/// <summary>Measures, in one snapshot, and not more often than it is worth.</summary>
internal sealed class StatisticsReader(StaleReads reads, IOptions<StatisticsOptions> options, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan _window = TimeSpan.FromDays(7);
    private readonly SemaphoreSlim _one = new(1, 1);
    private StatisticsView? _last;

    public async Task<StatisticsView> ReadAsync(CancellationToken cancellationToken)
    {
        // Who comes while another measures takes what that one finds.
        await _one.WaitAsync(cancellationToken);
        try
        {
            if (_last is { } last && time.GetUtcNow().UtcDateTime - last.AsOf < options.Value.CacheFor)
                return last;
            return _last = await reads.ReadAsync((source, token) => MeasureAsync(source, time.GetUtcNow().UtcDateTime, token), cancellationToken);
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    private static async Task<StatisticsView> MeasureAsync(NpgsqlDataSource source, DateTime now, CancellationToken cancellationToken)
    {
        var since = now - _window;
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        await using var batch = new NpgsqlBatch(connection, transaction);
        batch.Add(StatisticsSql.Statuses);
        batch.Add(StatisticsSql.Messages, SqlValue.Time(since), SqlValue.Time(now));
        batch.Add(StatisticsSql.Decided, SqlValue.Time(since), SqlValue.Time(now));
        batch.Add(StatisticsSql.Pending);
        batch.Add(StatisticsSql.Oldest);
        await using var row = await batch.ExecuteReaderAsync(cancellationToken);
        var statuses = await CountsAsync<ConversationStatus>(row, cancellationToken);
        await row.ReadAsync(cancellationToken);
        double? Seconds(int column) => row.IsDBNull(column) ? null : row.GetDouble(column);
        var messages = new MessageCounts(row.GetInt64(0), row.GetInt64(1));
        var responses = new ResponseTime(row.GetInt64(2), Seconds(4), Seconds(3));
        await row.NextResultAsync(cancellationToken);
        var decided = await CountsAsync<SuggestionStatus>(row, cancellationToken);
        await row.ReadAsync(cancellationToken);
        var pending = row.GetInt64(0);
        await row.NextResultAsync(cancellationToken);
        var oldest = await row.ReadAsync(cancellationToken) ? new OldestWaiting(row.GetGuid(0), row.GetDateTime(1)) : null;

        long Status(ConversationStatus status) => statuses.GetValueOrDefault(status);
        long Decided(SuggestionStatus status) => decided.GetValueOrDefault(status);
        var all = decided.Values.Sum();
        var sent = Decided(SuggestionStatus.Approved) + Decided(SuggestionStatus.Edited);
        return new(now, since,
            new(Status(ConversationStatus.Active), Status(ConversationStatus.NeedsReply), Status(ConversationStatus.Waiting), Status(ConversationStatus.Archived)), messages, responses,
            new(pending, Decided(SuggestionStatus.Approved), Decided(SuggestionStatus.Edited), Decided(SuggestionStatus.Rejected), all == 0 ? null : (double)sent / all), oldest);
    }

    private static async Task<Dictionary<T, long>> CountsAsync<T>(NpgsqlDataReader row, CancellationToken cancellationToken)
        where T : notnull
    {
        var counts = new Dictionary<T, long>();
        while (await row.ReadAsync(cancellationToken))
            counts[row.GetFieldValue<T>(0)] = row.GetInt64(1);
        await row.NextResultAsync(cancellationToken);
        return counts;
    }
}
