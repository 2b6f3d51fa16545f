using System.Globalization;
using ConversationApi.Search.Questions;
using ConversationData.Connections;
using Microsoft.Extensions.Options;
using Npgsql;
using NpgsqlTypes;

namespace ConversationApi.Search;

/// <summary>Finds messages of other conversations that are like a message, by words and, where there is a model, by meaning.</summary>
internal sealed class SimilarMessages(
    ConversationDataSource data, QuestionReader questions, QuestionMeaning meanings, ReachFinder reaches, SearchSettings settings, IOptions<SearchOptions> options)
{
    /// <summary>The messages most like this one, the best first; none when there is no such message or it has no words.</summary>
    /// <param name="messageId">The message; it need not be indexed yet.</param>
    /// <param name="answeredOnly">Only messages from outside that one of ours came after; with that one's id.</param>
    /// <param name="most">At most so many.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public Task<IReadOnlyList<SimilarMessage>> FindAsync(Guid messageId, bool answeredOnly, int most, CancellationToken cancellationToken) =>
        FindAsync(data.Primary, messageId, answeredOnly, most, cancellationToken);

    /// <summary>The same, as one of the nodes sees it.</summary>
    public async Task<IReadOnlyList<SimilarMessage>> FindAsync(NpgsqlDataSource source, Guid messageId, bool answeredOnly, int most, CancellationToken cancellationToken)
    {
        if (await FindMessageAsync(source, messageId, cancellationToken) is not var (conversationId, text))
            return [];
        var question = await questions.ReadAsync(source, messageId, cancellationToken);
        if (question.Terms.Count == 0)
            question = await questions.ReadAsync(source, text, cancellationToken);
        if (question.Terms.Count == 0)
            return [];
        var filter = new SearchFilter(NotIn: conversationId, AnsweredOnly: answeredOnly);
        var reach = await reaches.FindAsync(source, filter, cancellationToken);
        var (meaning, _) = await meanings.FindAsync(text, question, reach.Exact, cancellationToken);
        return await FindAsync(source, question, meaning, filter, reach, most, cancellationToken);
    }

    private async Task<IReadOnlyList<SimilarMessage>> FindAsync(
        NpgsqlDataSource source, Question question, Meaning? meaning, SearchFilter filter, Reach reach, int most, CancellationToken cancellationToken)
    {
        var statement = new SearchStatement(options.Value, filter, reach);
        var with = statement.With(question, meaning, Alike(statement.Parameters.Add(question.OwnScore(options.Value.K1), NpgsqlDbType.Double), meaning is not null));
        await using var batch = source.CreateBatch();
        batch.BatchCommands.Add(await settings.CommandAsync(options.Value, filtered: true, cancellationToken));
        var search = new NpgsqlBatchCommand(string.Create(CultureInfo.InvariantCulture, $"""
            {with}
            SELECT h.message_id, i.conversation_id, h.score, (SELECT o.id FROM conversation_messages o WHERE {SearchFilter.Answers} ORDER BY o.sent_at, o.id LIMIT 1)
            FROM hits h JOIN conversation_messages i ON i.id = h.message_id ORDER BY h.score DESC, h.message_id LIMIT {most}
            """));
        search.Parameters.AddRange(statement.Parameters.Values);
        batch.BatchCommands.Add(search);
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        var found = new List<SimilarMessage>();
        while (await reader.ReadAsync(cancellationToken))
            found.Add(new(reader.GetGuid(0), reader.GetGuid(1), reader.GetDouble(2), filter.AnsweredOnly && !reader.IsDBNull(3) ? reader.GetGuid(3) : null));
        return found;
    }

    /// <summary>Unlike a search's, these scores mean the same from one message to the next: 1 is what the message itself would get.</summary>
    private static string Alike(string own, bool meaning) => meaning
        ? $"""
            SELECT message_id, round((least(1, coalesce(w.score, 0) / nullif({own}, 0)) + greatest(0, coalesce(m.score, 0)))::numeric / 2, 9)::float8 AS score
            FROM words w FULL JOIN meaning m USING (message_id)
            """
        : $"SELECT message_id, least(1, score / nullif({own}, 0)) AS score FROM words";

    private async Task<(Guid ConversationId, string Text)?> FindMessageAsync(NpgsqlDataSource source, Guid messageId, CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand(SearchSql.TextOfMessage);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = messageId });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? (reader.GetGuid(0), MessageText.Of(reader.GetString(1), reader.GetString(2), options.Value.MaxTextLength))
            : null;
    }
}
