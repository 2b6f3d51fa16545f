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
    /// <summary>Whether a message still wants an answer, and has no draft yet unless another is asked for.</summary>
    public async Task<bool> IsWantedAsync(Guid messageId, bool another, CancellationToken cancellationToken)
    {
        await using var command = data.Primary.CreateCommand(SuggestionSql.Wanted);
        return await WantedAsync(command, messageId, another, cancellationToken) is not null;
    }

    /// <summary>Stores a draft and tells of it, in the transaction that ends its work. False when it came too late.</summary>
    /// <exception cref="CommitInDoubtException">It may be stored; the work comes back and finds out.</exception>
    public async Task<bool> KeepAsync(WorkItem item, Draft draft, CancellationToken cancellationToken)
    {
        await using var connection = await data.Primary.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var another = item.Options is not null;
        Guid? conversation;
        await using (var first = transaction.Command(SuggestionSql.Wanted))
            conversation = await WantedAsync(first, item.MessageId, another, cancellationToken);
        if (conversation is not { } id)
            return false;
        try
        {
            await ConversationLock.TakeAsync(transaction, id, cancellationToken);
        }
        catch (ConversationGoneException)
        {
            return false;
        }

        // Now that nobody else can change it.
        await using (var again = transaction.Command(SuggestionSql.Wanted))
            if (await WantedAsync(again, item.MessageId, another, cancellationToken) != id)
                return false;
        // Somebody has taken the work over, or asked for another draft meanwhile.
        await using (var complete = transaction.Command(WorkSql.Complete, new NpgsqlParameter<WorkKind> { TypedValue = WorkKind.Suggest }, SqlValue.Uuids([item.MessageId]), SqlValue.Uuid(item.Claim)))
            if (await complete.ExecuteNonQueryAsync(cancellationToken) == 0)
                return false;
        await WriteAsync(transaction, id, item.MessageId, draft, cancellationToken);
        await transaction.CommitOrDoubtAsync();
        return true;
    }

    /// <summary>Tells whoever asked for a draft why there is none.</summary>
    public async Task TellFailedAsync(WorkItem item, string reason, CancellationToken cancellationToken)
    {
        if (item.Options is null)
            return;
        await using var command = data.Primary.CreateCommand(EventSql.Add);
        command.Parameters.AddRange((NpgsqlParameter[])[SqlValue.Label(ConversationEventKind.Failed), SqlValue.Uuid(item.ConversationId), SqlValue.Uuid(item.MessageId),
            SqlValue.UuidOrNull(null), SqlValue.Text(null), SqlValue.Text($"No reply could be drafted: {reason}")]);
        await command.ExecuteNonQueryAsync(cancellationToken);
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
