using System.Globalization;
using ConversationData.Connections;
using Microsoft.Extensions.Options;
using Npgsql;

namespace ConversationApi.Search.Keeping;

/// <summary>Counts in how many messages words occur. What is counted is bounded, however much mail there is.</summary>
internal sealed class CorpusStatistics(ConversationDataSource data, IOptions<SearchOptions> options)
{
    // Below, everything is counted again whenever anything changed; above, when this share of it did.
    private const int Small = 10_000;
    private const double Stale = 0.02;

    /// <summary>Counts again if that is worth it; says how many messages there are.</summary>
    public async Task<long> RefreshAsync(CancellationToken cancellationToken)
    {
        var (messages, before) = await SizeAsync(cancellationToken);
        if (before >= 0 && Math.Abs(messages - before) <= (messages < Small ? 0 : Stale * messages))
            return messages;
        using var span = SearchTelemetry.Source.StartActivity("count words");
        var all = messages <= options.Value.CountedMessages;
        var share = all ? 1 : (double)options.Value.CountedMessages / messages;
        var sample = all ? "" : KeepingSql.Sample((100 * share).ToString("F4", CultureInfo.InvariantCulture));
        await using var write = await data.BeginWriteAsync(cancellationToken);
        var (connection, transaction) = write;
        await using var batch = new NpgsqlBatch(connection, transaction) { Timeout = 600 };
        batch.BatchCommands.Add(new(KeepingSql.Terms) { Parameters = { new() { Value = KeepingSql.Vectors(sample) }, new() { Value = 1 / share }, new() { Value = all } } });
        batch.BatchCommands.Add(new(KeepingSql.Corpus(sample)) { Parameters = { new() { Value = messages } } });
        await batch.ExecuteNonQueryAsync(cancellationToken);
        await write.CommitAsync();
        return messages;
    }

    private async Task<(long Messages, long Before)> SizeAsync(CancellationToken cancellationToken)
    {
        await using var command = data.Primary.CreateCommand(KeepingSql.Size);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return (reader.GetInt64(0), reader.GetInt64(1));
    }
}
