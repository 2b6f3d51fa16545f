using ConversationApi.Conversations;
using ConversationApi.Database;
using ConversationApi.Events;
using ConversationApi.Work;
using ConversationData.Connections;
using ConversationData.Conversations;
using Npgsql;

namespace ConversationApi.Delivery.Sending;

/// <summary>What a sender writes down, each step in a transaction of its own and committed before the next one begins.</summary>
internal sealed class SendingStore(ConversationDataSource data, TimeProvider time)
{
    private const int MaxReason = 2000;

    /// <summary>Says that it is going to be sent.</summary>
    /// <param name="item">The work.</param>
    /// <param name="old">Mail that has waited longer than this for its first attempt is old.</param>
    /// <param name="cancellationToken">Gives up before the commit.</param>
    /// <returns>Null when it is not ours to send (any more).</returns>
    public async Task<BegunAttempt?> BeginAsync(WorkItem item, TimeSpan old, CancellationToken cancellationToken)
    {
        await using var write = await data.BeginWriteAsync(cancellationToken);
        var transaction = write.Transaction;
        (bool Old, string Timeline) begun;
        MailToSend? mail = null;
        await using (var begin = transaction.Command(SendingSql.Begin, SqlValue.Uuid(item.MessageId), SqlValue.Uuid(item.Claim), SqlValue.Interval(old)))
        await using (var row = await begin.ExecuteReaderAsync(cancellationToken))
        {
            if (!await row.ReadAsync(cancellationToken))
                return null;
            begun = (row.GetBoolean(0), row.GetString(1));
        }

        await using (var message = transaction.Command(SendingSql.BeginMessage, SqlValue.Uuid(item.MessageId)))
        await using (var row = await message.ExecuteReaderAsync(cancellationToken))
            if (await row.ReadAsync(cancellationToken))
                mail = new(item.MessageId, MailHeader.FromJson(row.GetString(0)), row.GetString(1), row.IsDBNull(2) ? null : row.GetString(2));
        if (mail is null)
            await using (var drop = transaction.Command(SendingSql.Drop, SqlValue.Uuid(item.MessageId)))
                await drop.ExecuteNonQueryAsync(cancellationToken);
        await write.CommitAsync();
        return mail is null ? null : new(mail, begun.Old, begun.Timeline);
    }

    /// <summary>The provider has it.</summary>
    public Task SentAsync(WorkItem item, string? providerId, CancellationToken cancellationToken) => InTransactionAsync(async transaction =>
    {
        await using var batch = new NpgsqlBatch(transaction.Connection, transaction);
        batch.Add(SendingSql.Drop, SqlValue.Uuid(item.MessageId));
        batch.Add(SendingSql.Sent, SqlValue.Uuid(item.MessageId), SqlValue.Text(providerId));
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }, cancellationToken);

    /// <summary>It is tried later.</summary>
    /// <param name="item">The work.</param>
    /// <param name="after">How much later.</param>
    /// <param name="reason">Why.</param>
    /// <param name="inDoubt">It may have been sent.</param>
    /// <param name="counts">The attempt was one.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task AgainAsync(WorkItem item, TimeSpan after, string reason, bool inDoubt, bool counts, CancellationToken cancellationToken) => InTransactionAsync(async transaction =>
    {
        await using var again = transaction.Command(SendingSql.Again, SqlValue.Uuid(item.MessageId), SqlValue.Uuid(item.Claim), SqlValue.Interval(after), SqlValue.Text(Bound(reason)),
            new() { Value = inDoubt }, new() { Value = counts });
        if (await again.ExecuteNonQueryAsync(cancellationToken) == 0 || inDoubt)
            return;
        await using var queue = transaction.Command(SendingSql.QueueMessage, SqlValue.Uuid(item.MessageId));
        await queue.ExecuteNonQueryAsync(cancellationToken);
    }, cancellationToken);

    /// <summary>It is put aside, and its conversation waits for a person again.</summary>
    public async Task GiveUpAsync(WorkItem item, string reason, bool inDoubt, CancellationToken cancellationToken)
    {
        // A conversation that merges at this very moment is gone under its old id: look again.
        for (var merges = 0; ; merges++)
        {
            try
            {
                await InTransactionAsync(transaction => GiveUpAsync(transaction, item, Bound(reason), inDoubt, cancellationToken), cancellationToken);
                return;
            }
            catch (ConversationGoneException) when (merges < 5)
            {
                continue;
            }
        }
    }

    private async Task GiveUpAsync(NpgsqlTransaction transaction, WorkItem item, string reason, bool inDoubt, CancellationToken cancellationToken)
    {
        Guid? conversation;
        await using (var find = transaction.Command(SendingSql.ConversationOf, SqlValue.Uuid(item.MessageId)))
            conversation = (Guid?)await find.ExecuteScalarAsync(cancellationToken);
        if (conversation is not { } id)
            return;
        await ConversationLock.TakeAsync(transaction, id, cancellationToken);
        await using (var giveUp = transaction.Command(SendingSql.GiveUp, SqlValue.Uuid(item.MessageId), SqlValue.Uuid(item.Claim), SqlValue.Text(reason), new() { Value = inDoubt }))
            if (await giveUp.ExecuteNonQueryAsync(cancellationToken) == 0)
                return;
        await using var batch = new NpgsqlBatch(transaction.Connection, transaction);
        batch.Add(SendingSql.FailMessage, SqlValue.Uuid(item.MessageId));
        batch.Add(SendingSql.NeedsReply, SqlValue.Uuid(id), SqlValue.Time(time.GetUtcNow().UtcDateTime));
        batch.Add(EventSql.Add, SqlValue.Text("failed"), SqlValue.Uuid(id), SqlValue.Uuid(item.MessageId), SqlValue.UuidOrNull(null), SqlValue.Label(ConversationStatus.NeedsReply), SqlValue.Text(reason));
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task InTransactionAsync(Func<NpgsqlTransaction, Task> work, CancellationToken cancellationToken)
    {
        await using var write = await data.BeginWriteAsync(cancellationToken);
        var transaction = write.Transaction;
        await work(transaction);
        await write.CommitAsync();
    }

    private static string Bound(string reason) => (reason.Length > MaxReason ? reason[..MaxReason] : reason).Replace('\0', ' ');
}
