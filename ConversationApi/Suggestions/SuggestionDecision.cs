using ConversationApi.Conversations;
using ConversationApi.Database;
using ConversationApi.Delivery;
using ConversationApi.Idempotency;
using ConversationData.Suggestions;
using Npgsql;
using ServiceDefaults.Problems;

namespace ConversationApi.Suggestions;

/// <summary>A person's yes or no. Only a yes sends anything: the mail is queued in the transaction that says so.</summary>
internal sealed class SuggestionDecision(Outbox outbox, TimeProvider time)
{
    public async Task<RecordedAnswer> ApproveAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, Guid id, string? editedContent, string approvedBy, CancellationToken cancellationToken)
    {
        var suggestion = await TakeAsync(transaction, id, cancellationToken);
        // What was sent as it stood was not edited.
        var edited = editedContent == suggestion.SuggestedContent ? null : editedContent;
        var approved = await WriteAsync(transaction, SuggestionSql.Approve, cancellationToken, SqlValue.Uuid(id), SqlValue.Text(edited), Now(), SqlValue.Text(approvedBy));
        var mail = await outbox.QueueAsync(connection, transaction,
            new(suggestion.ConversationId, edited ?? suggestion.SuggestedContent, edited is null ? suggestion.SuggestedHtmlContent : null, id), cancellationToken);
        return RecordedAnswer.Of(StatusCodes.Status202Accepted, new ApprovedSuggestion(approved, new(mail)), ApiJson.Default.ApprovedSuggestion, suggestion.ConversationId);
    }

    public async Task<RecordedAnswer> RejectAsync(NpgsqlTransaction transaction, Guid id, string? reason, CancellationToken cancellationToken)
    {
        var suggestion = await TakeAsync(transaction, id, cancellationToken);
        var rejected = await WriteAsync(transaction, SuggestionSql.Reject, cancellationToken, SqlValue.Uuid(id), SqlValue.Text(reason), Now());
        return RecordedAnswer.Of(StatusCodes.Status200OK, rejected, ApiJson.Default.SuggestionView, suggestion.ConversationId);
    }

    /// <summary>Takes the conversation, then the suggestion, which nobody may have decided about.</summary>
    private static async Task<SuggestionView> TakeAsync(NpgsqlTransaction transaction, Guid id, CancellationToken cancellationToken)
    {
        await using (var find = transaction.Command(SuggestionSql.ConversationOf, SqlValue.Uuid(id)))
        {
            if (await find.ExecuteScalarAsync(cancellationToken) is not Guid conversation)
                throw new RefusedException(ProblemTypes.NotFound, $"There is no suggestion {id}.");
            try
            {
                await ConversationLock.TakeAsync(transaction, conversation, cancellationToken);
            }
            catch (ConversationGoneException e)
            {
                throw new TimeoutException("The conversation was merged or deleted at this moment.", e);
            }
        }

        await using var command = transaction.Command(SuggestionSql.Lock, SqlValue.Uuid(id));
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        if (!await row.ReadAsync(cancellationToken))
            throw new RefusedException(ProblemTypes.NotFound, $"There is no suggestion {id}.");
        var suggestion = SuggestionReader.View(row);
        return suggestion.Status switch
        {
            SuggestionStatus.Pending => suggestion,
            SuggestionStatus.Rejected => throw new RefusedException(ProblemTypes.Conflict,
                $"This suggestion was rejected{(suggestion.UserFeedback is { } why ? $" ({why})" : "")}. Ask for another one, or reply by hand."),
            _ => throw new RefusedException(ProblemTypes.Conflict, $"This suggestion was approved already, by {suggestion.ApprovedBy}."),
        };
    }

    private static async Task<SuggestionView> WriteAsync(NpgsqlTransaction transaction, string sql, CancellationToken cancellationToken, params NpgsqlParameter[] parameters)
    {
        await using var command = transaction.Command(sql, parameters);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        await row.ReadAsync(cancellationToken);
        return SuggestionReader.View(row);
    }

    private NpgsqlParameter Now() => SqlValue.Time(time.GetUtcNow().UtcDateTime);
}
