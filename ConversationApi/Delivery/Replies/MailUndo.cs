using ConversationApi.Conversations;
using ConversationApi.Database;
using ConversationApi.Events;
using ConversationApi.Idempotency;
using ConversationData.Conversations;
using ConversationData.Messages;
using Npgsql;

namespace ConversationApi.Delivery.Replies;

/// <summary>Takes back mail that nobody has begun to send, and what queueing it had changed.</summary>
internal sealed class MailUndo(TimeProvider time)
{
    public async Task<RecordedAnswer> RunAsync(NpgsqlTransaction transaction, Guid conversationId, Guid messageId, CancellationToken cancellationToken)
    {
        var (conversation, message, before, _) = await LockedMail.TakeAsync(transaction, conversationId, messageId, DeliveryStatus.Queued, cancellationToken);
        var now = time.GetUtcNow().UtcDateTime;
        await using (var drop = new NpgsqlBatch(transaction.Connection, transaction))
        {
            drop.Add(ReplySql.DropWork, SqlValue.Uuid(messageId));
            drop.Add(ReplySql.DropReference, SqlValue.Text(message.MessageId));
            drop.Add(ReplySql.DropMessage, SqlValue.Uuid(messageId));
            await drop.ExecuteNonQueryAsync(cancellationToken);
        }

        var (status, archivedAt) = await StatusAsync(transaction, conversation, before, cancellationToken);
        await using var batch = new NpgsqlBatch(transaction.Connection, transaction);
        batch.Add(ReplySql.TakeBack, SqlValue.Uuid(conversationId), new() { Value = status }, SqlValue.Time(archivedAt), SqlValue.Time(now));
        batch.Add(ReplySql.ReviveSuggestions, SqlValue.Uuids(before?.Suggestions ?? []), SqlValue.Uuid(conversationId), SqlValue.Time(now), SqlValue.Time(message.SentAt));
        batch.Add(EventSql.Add, SqlValue.Text("status"), SqlValue.Uuid(conversationId), SqlValue.UuidOrNull(null), SqlValue.UuidOrNull(null), SqlValue.Label(status), SqlValue.Text(null));
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var after = ConversationReader.View(reader);
        while (await reader.NextResultAsync(cancellationToken)) { }
        return RecordedAnswer.Of(StatusCodes.Status200OK, after, ApiJson.Default.ConversationView, conversationId, after.Version);
    }

    private static async Task<(ConversationStatus Status, DateTime? ArchivedAt)> StatusAsync(
        NpgsqlTransaction transaction, ConversationView conversation, BeforeMail? before, CancellationToken cancellationToken)
    {
        // Nothing else has happened: exactly as it was.
        if (before is not null && (before.Conversation, before.Version) == (conversation.Id, conversation.Version))
            return (before.Status, before.ArchivedAt);
        // Somebody, or the lead, has put it elsewhere since.
        if (conversation.Status != ConversationStatus.Waiting)
            return (conversation.Status, conversation.ArchivedAt);
        await using var command = transaction.Command(ReplySql.StatusByLast, SqlValue.Uuid(conversation.Id));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return (await reader.ReadAsync(cancellationToken) ? reader.GetFieldValue<ConversationStatus>(0) : ConversationStatus.Active, null);
    }
}
