using ConversationApi.Database;
using ConversationApi.Ingestion.Parsing;
using ConversationApi.Search;
using ConversationData.Connections;
using Microsoft.Extensions.Options;

namespace ConversationApi.Suggestions.Drafting;

/// <summary>Reads what a draft is made from, within bounds.</summary>
internal sealed class ContextReader(ConversationDataSource data, SimilarMessages similar, IOptions<SuggestionOptions> options)
{
    /// <summary>Null when there is no such message any more.</summary>
    public async Task<DraftContext?> ReadAsync(Guid messageId, CancellationToken cancellationToken)
    {
        Guid conversation = default;
        string? leadName = null;
        var subject = "";
        var messages = new List<PastMessage>();
        await using (var command = data.Primary.CreateCommand(SuggestionSql.Context))
        {
            command.Parameters.Add(SqlValue.Uuid(messageId));
            command.Parameters.Add(SqlValue.Integer(options.Value.MaxMessages));
            await using var row = await command.ExecuteReaderAsync(cancellationToken);
            while (await row.ReadAsync(cancellationToken))
            {
                (conversation, leadName, subject) = (row.GetGuid(0), row.IsDBNull(1) ? null : row.GetString(1), row.GetString(2));
                messages.Insert(0, new(row.GetGuid(3), row.GetBoolean(4), Text(row.GetString(5)), row.GetDateTime(6), row.IsDBNull(7) ? null : row.GetString(7)));
            }
        }

        return messages.Count == 0 ? null : new(messageId, conversation, leadName, subject, messages, await AnsweredAsync(messageId, cancellationToken));
    }

    private async Task<IReadOnlyList<AnsweredMessage>> AnsweredAsync(Guid messageId, CancellationToken cancellationToken)
    {
        if (options.Value.Similar == 0)
            return [];
        var found = (await similar.FindAsync(messageId, answeredOnly: true, options.Value.Similar, cancellationToken)).Where(hit => hit.AnswerMessageId is not null).ToList();
        if (found.Count == 0)
            return [];
        var scores = found.ToDictionary(hit => hit.MessageId, hit => Math.Clamp(hit.Score, 0, 1));
        await using var command = data.Primary.CreateCommand(SuggestionSql.Answered);
        command.Parameters.Add(SqlValue.Uuids([.. found.Select(hit => hit.MessageId)]));
        command.Parameters.Add(SqlValue.Uuids([.. found.Select(hit => hit.AnswerMessageId!.Value)]));
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        var answered = new List<AnsweredMessage>();
        while (await row.ReadAsync(cancellationToken))
            answered.Add(new(row.GetGuid(0), scores[row.GetGuid(0)], Text(row.GetString(1)), row.GetGuid(2), Text(row.GetString(3)),
                row.IsDBNull(4) ? null : row.GetString(4), row.IsDBNull(5) ? null : row.GetString(5)));
        return answered;
    }

    private string Text(string content) => MailText.Cut(MessageText.Of("", content, options.Value.MaxMessageLength).Trim(), options.Value.MaxMessageLength);
}
