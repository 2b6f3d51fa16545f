using System.Globalization;
using ConversationApi.Search.Questions;
using ConversationData.Connections;
using Microsoft.Extensions.Options;
using Npgsql;
using NpgsqlTypes;

namespace ConversationApi.Search;

/// <summary>Finds messages of other conversations that are like a message.</summary>
internal sealed class SimilarMessages(ConversationDataSource data, QuestionReader questions, IOptions<SearchOptions> options)
{
    /// <summary>The messages most like this one, the best first; none when there is no such message or it has no words.</summary>
    /// <param name="messageId">The message; it need not be indexed yet.</param>
    /// <param name="answeredOnly">Only messages from outside that one of ours came after; with that one's id.</param>
    /// <param name="most">At most so many.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public async Task<IReadOnlyList<SimilarMessage>> FindAsync(Guid messageId, bool answeredOnly, int most, CancellationToken cancellationToken)
    {
        if (await FindMessageAsync(messageId, cancellationToken) is not var (conversationId, text))
            return [];
        var question = await questions.ReadAsync(messageId, cancellationToken);
        if (question.Terms.Count == 0)
            question = await questions.ReadAsync(text, cancellationToken);
        return question.Terms.Count == 0 ? [] : await FindAsync(question, new(NotIn: conversationId, AnsweredOnly: answeredOnly), most, cancellationToken);
    }

    private async Task<IReadOnlyList<SimilarMessage>> FindAsync(Question question, SearchFilter filter, int most, CancellationToken cancellationToken)
    {
        var statement = new SearchStatement(options.Value, filter);
        var own = statement.Parameters.Add(question.OwnScore(options.Value.K1), NpgsqlDbType.Double);
        var with = statement.With(question, null, $"SELECT message_id, least(1, score / nullif({own}, 0)) AS score FROM words");
        await using var command = data.Primary.CreateCommand(string.Create(CultureInfo.InvariantCulture, $"""
            {with}
            SELECT h.message_id, i.conversation_id, coalesce(h.score, 0), (SELECT o.id FROM conversation_messages o WHERE {SearchFilter.Answers} ORDER BY o.sent_at, o.id LIMIT 1)
            FROM hits h JOIN conversation_messages i ON i.id = h.message_id ORDER BY h.score DESC, h.message_id LIMIT {most}
            """));
        command.Parameters.AddRange(statement.Parameters.Values);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var found = new List<SimilarMessage>();
        while (await reader.ReadAsync(cancellationToken))
            found.Add(new(reader.GetGuid(0), reader.GetGuid(1), reader.GetDouble(2), filter.AnsweredOnly && !reader.IsDBNull(3) ? reader.GetGuid(3) : null));
        return found;
    }

    private async Task<(Guid ConversationId, string Text)?> FindMessageAsync(Guid messageId, CancellationToken cancellationToken)
    {
        await using var command = data.Primary.CreateCommand(SearchSql.TextOfMessage);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = messageId });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? (reader.GetGuid(0), MessageText.Of(reader.GetString(1), reader.GetString(2), options.Value.MaxTextLength))
            : null;
    }
}
