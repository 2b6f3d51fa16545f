using ConversationApi.Database;
using ConversationApi.Search.Answers;
using ConversationData.Conversations;
using Npgsql;

namespace ConversationApi.Search;

/// <summary>Finds conversations that are like another: those with the messages that are most like its own.</summary>
internal sealed class SimilarConversations(StaleReads reads, SimilarMessages messages)
{
    // Its first messages say what a conversation is about.
    private const int ComparedMessages = 3;
    private const int PerConversation = 4;
    private const string Compared = "SELECT id FROM conversation_messages WHERE conversation_id = $1 ORDER BY sent_at, id LIMIT $2";
    private const string Show = "SELECT id, subject, status, lead_email, last_message_at FROM conversations WHERE id = ANY ($1)";

    public Task<IReadOnlyList<SimilarConversation>> FindAsync(Guid conversationId, int most, CancellationToken cancellationToken) =>
        reads.ReadAsync((source, token) => FindAsync(source, conversationId, most, token), cancellationToken);

    private async Task<IReadOnlyList<SimilarConversation>> FindAsync(NpgsqlDataSource source, Guid conversationId, int most, CancellationToken cancellationToken)
    {
        List<Guid> compared = [];
        await using (var command = source.CreateCommand(Compared))
        {
            command.Parameters.AddRange((NpgsqlParameter[])[new() { Value = conversationId }, new() { Value = ComparedMessages }]);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
                compared.Add(reader.GetGuid(0));
        }

        List<SimilarMessage> found = [];
        foreach (var message in compared)
            found.AddRange(await messages.FindAsync(source, message, answeredOnly: false, most * PerConversation, cancellationToken));
        var best = found.GroupBy(m => m.ConversationId).Select(group => group.MaxBy(m => (m.Score, m.MessageId))!)
            .OrderByDescending(m => m.Score).ThenBy(m => m.MessageId).Take(most).ToList();
        var shown = await ShowAsync(source, [.. best.Select(m => m.ConversationId)], cancellationToken);
        return [.. best.Where(m => shown.ContainsKey(m.ConversationId)).Select(m => shown[m.ConversationId] with { Score = m.Score, MessageId = m.MessageId })];
    }

    private static async Task<Dictionary<Guid, SimilarConversation>> ShowAsync(NpgsqlDataSource source, Guid[] ids, CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand(Show);
        command.Parameters.Add(new() { Value = ids });
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        Dictionary<Guid, SimilarConversation> shown = [];
        while (await row.ReadAsync(cancellationToken))
            shown.Add(row.GetGuid(0), new(row.GetGuid(0), row.GetString(1), row.GetFieldValue<ConversationStatus>(2), row.IsDBNull(3) ? null : row.GetString(3), row.GetDateTime(4), 0, default));
        return shown;
    }
}
