using System.Diagnostics;
using System.Globalization;
using ConversationApi.Database;
using ConversationApi.Paging;
using ConversationApi.Search.Answers;
using ConversationApi.Search.Questions;
using ConversationData.Conversations;
using ConversationData.Messages;
using ConversationData.Queries;
using Microsoft.Extensions.Options;
using Npgsql;
using NpgsqlTypes;

namespace ConversationApi.Search;

/// <summary>Searches messages.</summary>
internal sealed class MessageSearcher(
    StaleReads reads, QuestionReader questions, QuestionMeaning meanings, ReachFinder reaches, SearchSettings settings, IOptions<SearchOptions> options)
{
    /// <returns>Null when the cursor is not one of this search.</returns>
    public Task<SearchAnswer?> SearchAsync(SearchQuery query, CancellationToken cancellationToken) =>
        reads.ReadAsync((source, token) => SearchAsync(source, query, token), cancellationToken);

    private async Task<SearchAnswer?> SearchAsync(NpgsqlDataSource source, SearchQuery query, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var question = await questions.ReadAsync(source, query.Text, cancellationToken);
        var reach = await reaches.FindAsync(source, query.Filter, cancellationToken);
        var (meaning, reason) = query.Mode == SearchMode.Text ? (null, null) : await meanings.FindAsync(query.Text, question, reach.Exact, cancellationToken);
        var mode = meaning is null ? SearchMode.Text : question.Terms.Count == 0 ? SearchMode.Semantic : query.Mode;
        Cursor after = default;
        if (query.Cursor is not null && !Cursor.TryDecode(query.Cursor, query.ListName(mode, question.ModelId), out after))
            return null;
        if (mode == SearchMode.Text && question.Terms.Count == 0)
            return new([], null, mode, reason ?? "The question has only words that say nothing by themselves.", options.Value.Depth);

        var hits = await RunAsync(source, query, mode == SearchMode.Semantic ? null : question, meaning, question, reach, query.Cursor is null ? null : after, cancellationToken);
        SearchTelemetry.Duration.Record(Stopwatch.GetElapsedTime(started).TotalSeconds, new KeyValuePair<string, object?>("search.mode", mode.ToString().ToLowerInvariant()));
        var page = hits.Take(query.Limit).ToList();
        var next = hits.Count > query.Limit ? new Cursor(BitConverter.DoubleToInt64Bits(page[^1].Score), page[^1].MessageId).Encode(query.ListName(mode, question.ModelId)) : null;
        return new(page, next, mode, mode == query.Mode ? null : reason, options.Value.Depth);
    }

    private async Task<List<SearchHit>> RunAsync(
        NpgsqlDataSource source, SearchQuery query, Question? words, Meaning? meaning, Question highlighted, Reach reach, Cursor? after, CancellationToken cancellationToken)
    {
        var statement = new SearchStatement(options.Value, query.Filter, reach);
        var with = statement.With(words, meaning, statement.Fuse(words is not null, meaning is not null));
        var sql = statement.Parameters;
        var behind = "true";
        if (after is { } cursor)
        {
            var score = sql.Add(BitConverter.Int64BitsToDouble(cursor.Value), NpgsqlDbType.Double);
            behind = $"(score < {score} OR score = {score} AND message_id > {sql.Add(cursor.Id, NpgsqlDbType.Uuid)})";
        }

        var configuration = sql.Add(options.Value.TextConfiguration, NpgsqlDbType.Text);
        var marked = sql.Add(CandidateQuery.Any(highlighted), NpgsqlDbType.Text);
        string Headline(string column, string how) => RankingSql.Headline(column, configuration, marked, sql.Add(how, NpgsqlDbType.Text));
        var text = RankingSql.Page(with, behind, (query.Limit + 1).ToString(CultureInfo.InvariantCulture), Headline("subject", Highlights.ForSubject), Headline("content", Highlights.ForContent));
        await using var batch = source.CreateBatch();
        batch.BatchCommands.Add(await settings.CommandAsync(options.Value, query.Filter.IsNarrow, cancellationToken));
        var search = new NpgsqlBatchCommand(text);
        search.Parameters.AddRange(sql.Values);
        batch.BatchCommands.Add(search);
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        List<SearchHit> hits = [];
        while (await reader.ReadAsync(cancellationToken))
            hits.Add(Read(reader));
        return hits;
    }

    private static SearchHit Read(NpgsqlDataReader row)
    {
        string? Text(int column) => row.IsDBNull(column) ? null : row.GetString(column);
        double? Number(int column) => row.IsDBNull(column) ? null : row.GetDouble(column);
        return new(row.GetGuid(0), row.GetGuid(1), row.GetString(2), row.GetFieldValue<MessageDirection>(3), row.GetDateTime(4), Text(5), row.GetFieldValue<ConversationStatus>(6), Text(7),
            row.GetDouble(8), Number(9), Number(10), Highlights.Of(row.GetString(11), row.GetString(12)));
    }
}
