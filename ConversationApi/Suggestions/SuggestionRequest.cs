using ConversationApi.Conversations;
using ConversationApi.Database;
using ConversationApi.Idempotency;
using Npgsql;
using ServiceDefaults.Problems;

namespace ConversationApi.Suggestions;

/// <summary>Puts down that a person wants a draft.</summary>
internal static class SuggestionRequest
{
    /// <exception cref="RefusedException">There is nothing to answer.</exception>
    public static async Task<RecordedAnswer> RunAsync(NpgsqlTransaction transaction, Guid conversationId, SuggestionWish wish, CancellationToken cancellationToken)
    {
        await ConversationLock.TakeAsync(transaction, conversationId, cancellationToken);
        await using (var find = transaction.Command(SuggestionSql.ToAnswer, SqlValue.Uuid(conversationId)))
        {
            if (await find.ExecuteScalarAsync(cancellationToken) is not Guid message)
                throw new RefusedException(ProblemTypes.Conflict, "Nobody waits for an answer in this conversation: there is nothing to draft.");
            await using var ask = transaction.Command(SuggestionSql.Ask, SqlValue.Uuid(message), SqlValue.Uuid(conversationId), SqlValue.Jsonb(wish.ToJson()));
            await ask.ExecuteNonQueryAsync(cancellationToken);
            return RecordedAnswer.Of(StatusCodes.Status202Accepted, new(conversationId, message), ApiJson.Default.RequestedSuggestion, conversationId);
        }
    }
}
