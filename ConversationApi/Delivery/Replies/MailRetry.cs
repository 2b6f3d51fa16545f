using ConversationApi.Database;
using ConversationApi.Events;
using ConversationApi.Idempotency;
using ConversationData.Conversations;
using ConversationData.Messages;
using Microsoft.Extensions.Options;
using Npgsql;

namespace ConversationApi.Delivery.Replies;

/// <summary>Tries mail again that was put aside as undeliverable.</summary>
internal sealed class MailRetry(IOptions<DeliveryOptions> options, TimeProvider time)
{
    public async Task<RecordedAnswer> RunAsync(NpgsqlTransaction transaction, Guid conversationId, Guid messageId, CancellationToken cancellationToken)
    {
        var (_, message, _, inDoubt) = await LockedMail.TakeAsync(transaction, conversationId, messageId, DeliveryStatus.Failed, cancellationToken);
        await using (var queue = new NpgsqlBatch(transaction.Connection, transaction))
        {
            queue.Add(ReplySql.QueueWork, SqlValue.Uuid(messageId), SqlValue.Interval(options.Value.AskAfter));
            queue.Add(ReplySql.QueueMessage, SqlValue.Uuid(messageId), new NpgsqlParameter<bool> { TypedValue = inDoubt });
            await queue.ExecuteNonQueryAsync(cancellationToken);
        }

        await using (var wait = transaction.Command(ReplySql.WaitAgain, SqlValue.Uuid(conversationId), SqlValue.Time(message.SentAt), SqlValue.Time(time.GetUtcNow().UtcDateTime)))
            if (await wait.ExecuteNonQueryAsync(cancellationToken) > 0)
                await using (var tell = transaction.Command(EventSql.Add, SqlValue.Text("status"), SqlValue.Uuid(conversationId), SqlValue.Uuid(messageId), SqlValue.UuidOrNull(null),
                    SqlValue.Label(ConversationStatus.Waiting), SqlValue.Text(null)))
                    await tell.ExecuteNonQueryAsync(cancellationToken);
        return RecordedAnswer.Of(StatusCodes.Status202Accepted, message with { DeliveryStatus = inDoubt ? DeliveryStatus.Sending : DeliveryStatus.Queued }, ApiJson.Default.MessageView, conversationId);
    }
}
