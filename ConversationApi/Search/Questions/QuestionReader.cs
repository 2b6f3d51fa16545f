using Microsoft.Extensions.Options;
using Npgsql;

namespace ConversationApi.Search.Questions;

/// <summary>Makes questions of texts and of messages.</summary>
internal sealed class QuestionReader(IOptions<SearchOptions> options)
{
    /// <summary>What a text asks for.</summary>
    public Task<Question> ReadAsync(NpgsqlDataSource source, string text, CancellationToken cancellationToken) =>
        RunAsync(source, new(SearchSql.Words) { Parameters = { new() { Value = options.Value.TextConfiguration }, new() { Value = text } } }, cancellationToken);

    /// <summary>What a message is about; no words when it is not indexed.</summary>
    public Task<Question> ReadAsync(NpgsqlDataSource source, Guid messageId, CancellationToken cancellationToken) =>
        RunAsync(source, new(SearchSql.WordsOfMessage) { Parameters = { new() { Value = messageId } } }, cancellationToken);

    private async Task<Question> RunAsync(NpgsqlDataSource source, NpgsqlBatchCommand words, CancellationToken cancellationToken)
    {
        await using var batch = source.CreateBatch();
        batch.BatchCommands.Add(words);
        batch.BatchCommands.Add(new NpgsqlBatchCommand(SearchSql.State));
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var terms = new List<QuestionTerm>();
        while (await reader.ReadAsync(cancellationToken))
            terms.Add(new(reader.GetString(0), reader.GetInt32(1), reader.GetInt32(2)));
        await reader.NextResultAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var all = new Question(terms, [], reader.GetInt64(0), reader.GetDouble(1), reader.IsDBNull(2) ? null : reader.GetInt32(2));
        // A word that a long message has often says more of it than one that is only rare.
        return all with { Terms = [.. terms.OrderByDescending(all.WeightOf).Take(options.Value.QuestionTerms).OrderBy(t => t.Documents).ThenBy(t => t.Term, StringComparer.Ordinal)] };
    }
}
