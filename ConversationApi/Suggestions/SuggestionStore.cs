using ConversationApi.Conversations;
using ConversationApi.Database;
using ConversationApi.Events;
using ConversationApi.Suggestions.Drafting;
using ConversationApi.Work;
using ConversationData.Connections;
using ConversationData.Events;
using ConversationData.Work;
using Npgsql;
using NpgsqlTypes;

namespace ConversationApi.Suggestions;

/// <summary>Keeps drafts, as long as they are still wanted when they are done.</summary>
internal sealed class SuggestionStore(ConversationDataSource data, TimeProvider time)
{
    private const int MaxMerges = 5;

    /// <summary>Whether a message still wants an answer, and has no draft yet unless another is asked for.</summary>
    public async Task<bool> IsWantedAsync(Guid messageId, bool another, CancellationToken cancellationToken)
    {
        await using var command = data.Primary.CreateCommand(SuggestionSql.Wanted);
        return await WantedAsync(command, messageId, another, cancellationToken) is not null;
    }

    /// <summary>Stores a draft and tells of it, in the transaction that ends its work. False when it came too late, or the work is not ours any more.</summary>
    /// <exception cref="CommitInDoubtException">It may be stored; the work comes back and finds out.</exception>
    public Task<bool> KeepAsync(WorkItem item, Draft draft, CancellationToken cancellationToken) => InConversationAsync(item.MessageId, async (transaction, conversation) =>
    {
        await using (var wanted = transaction.Command(SuggestionSql.Wanted))
            if (await WantedAsync(wanted, item.MessageId, another: item.Options is not null, cancellationToken) != conversation)
                return false;
        // Somebody has taken the work over, or asked for another draft meanwhile.
        if (!await EndAsync(transaction, WorkSql.Complete, item, [], cancellationToken))
            return false;
        await WriteAsync(transaction, conversation, item.MessageId, draft, cancellationToken);
        return true;
    }, cancellationToken);

    /// <summary>Ends work that somebody asked for and tells why there is no draft, both or neither.</summary>
    /// <param name="item">The work.</param>
    /// <param name="reason">Why, in our words.</param>
    /// <param name="givenUp">Whether the work is kept, as failed.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>False when the work is not ours any more, or its message is gone.</returns>
    /// <exception cref="CommitInDoubtException">It may be told; the work comes back unless it is.</exception>
    public Task<bool> TellFailedAsync(WorkItem item, string reason, bool givenUp, CancellationToken cancellationToken) => InConversationAsync(item.MessageId, async (transaction, conversation) =>
    {
        if (!await EndAsync(transaction, givenUp ? WorkSql.GiveUp : WorkSql.Complete, item, givenUp ? [SqlValue.Text(reason)] : [], cancellationToken))
            return false;
        await using var tell = transaction.Command(EventSql.Add, SqlValue.Label(ConversationEventKind.Failed), SqlValue.Uuid(conversation), SqlValue.Uuid(item.MessageId),
            SqlValue.UuidOrNull(null), SqlValue.Text(null), SqlValue.Text($"No reply could be drafted: {reason}"));
        await tell.ExecuteNonQueryAsync(cancellationToken);
        return true;
    }, cancellationToken);

    /// <summary>Commits what was done while nobody else could change the conversation, if it says so.</summary>
    private async Task<bool> InConversationAsync(Guid messageId, Func<NpgsqlTransaction, Guid, Task<bool>> work, CancellationToken cancellationToken)
    {
        for (var merges = 0; ; merges++)
        {
            await using var write = await data.BeginWriteAsync(cancellationToken);
            var transaction = write.Transaction;
            await using var find = transaction.Command(SuggestionSql.ConversationOfMessage, SqlValue.Uuid(messageId));
            if (await find.ExecuteScalarAsync(cancellationToken) is not Guid conversation)
                return false;
            try
            {
                await ConversationLock.TakeAsync(transaction, conversation, cancellationToken);
            }
            catch (ConversationGoneException) when (merges < MaxMerges)
            {
                // Merged away at this moment: the message is in another one now.
                continue;
            }

            if (!await work(transaction, conversation))
                return false;
            await write.CommitAsync();
            return true;
        }
    }

    private static async Task<bool> EndAsync(NpgsqlTransaction transaction, string sql, WorkItem item, NpgsqlParameter[] more, CancellationToken cancellationToken)
    {
        await using var end = transaction.Command(sql, [new NpgsqlParameter<WorkKind> { TypedValue = WorkKind.Suggest }, SqlValue.Uuids([item.MessageId]), SqlValue.Uuid(item.Claim), .. more]);
        return await end.ExecuteNonQueryAsync(cancellationToken) > 0;
    }

    private async Task WriteAsync(NpgsqlTransaction transaction, Guid conversation, Guid message, Draft draft, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        await using var batch = new NpgsqlBatch(transaction.Connection, transaction);
        batch.Add(SuggestionSql.Replace, SqlValue.Uuid(conversation), SqlValue.Time(now.UtcDateTime));
        batch.Add(SuggestionSql.Insert, SqlValue.Uuid(id), SqlValue.Uuid(conversation), SqlValue.Uuid(message), SqlValue.Text(draft.Content),
            new() { Value = (object?)draft.Confidence ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Double }, SqlValue.Jsonb(draft.Sentiment), SqlValue.Jsonb(draft.Context),
            SqlValue.Text(draft.Model), new() { Value = (object?)draft.Tokens ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Integer },
            new() { Value = (object?)draft.Cost ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Numeric }, SqlValue.Time(now.UtcDateTime));
        batch.Add(EventSql.Add, SqlValue.Label(ConversationEventKind.SuggestionReady), SqlValue.Uuid(conversation), SqlValue.Uuid(message), SqlValue.UuidOrNull(id), SqlValue.Text(null), SqlValue.Text(null));
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<Guid?> WantedAsync(NpgsqlCommand command, Guid messageId, bool another, CancellationToken cancellationToken)
    {
        command.Parameters.Add(SqlValue.Uuid(messageId));
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        return await row.ReadAsync(cancellationToken) && (another || !row.GetBoolean(1)) ? row.GetGuid(0) : null;
    }
}
