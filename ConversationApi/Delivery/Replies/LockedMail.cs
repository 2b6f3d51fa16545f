using ConversationApi.Conversations;
using ConversationApi.Database;
using ConversationApi.Messages;
using ConversationData.Messages;
using Npgsql;
using ServiceDefaults.Problems;

namespace ConversationApi.Delivery.Replies;

/// <summary>A mail of ours with all that belongs to it, taken so that neither a sender nor anybody else changes it.</summary>
/// <param name="Conversation">Its conversation.</param>
/// <param name="Message">The mail.</param>
/// <param name="Before">What it changed when it was queued, if that is known.</param>
/// <param name="InDoubt">It may have been sent.</param>
internal sealed record LockedMail(ConversationView Conversation, MessageView Message, BeforeMail? Before, bool InDoubt)
{
    /// <param name="transaction">Holds it.</param>
    /// <param name="conversationId">The conversation it must be in.</param>
    /// <param name="messageId">Its id.</param>
    /// <param name="wanted">The state it must be in.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ConversationGoneException">There is no such conversation.</exception>
    /// <exception cref="RefusedException">There is no such mail, or it is in another state.</exception>
    public static async Task<LockedMail> TakeAsync(NpgsqlTransaction transaction, Guid conversationId, Guid messageId, DeliveryStatus wanted, CancellationToken cancellationToken)
    {
        var conversation = await ConversationLock.TakeAsync(transaction, conversationId, cancellationToken);
        string? options = null;
        var inDoubt = false;
        await using (var work = transaction.Command(ReplySql.LockWork, SqlValue.Uuid(messageId)))
        await using (var reader = await work.ExecuteReaderAsync(cancellationToken))
            if (await reader.ReadAsync(cancellationToken))
                (options, inDoubt) = (reader.IsDBNull(0) ? null : reader.GetString(0), reader.GetBoolean(1));
        await using var command = transaction.Command(ReplySql.LockMessage, SqlValue.Uuid(messageId), SqlValue.Uuid(conversationId));
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        if (!await row.ReadAsync(cancellationToken))
            throw new RefusedException(ProblemTypes.NotFound, $"There is no message {messageId} in this conversation.");
        var message = MessageRow.View(row);
        return message.DeliveryStatus == wanted ? new(conversation, message, BeforeMail.FromJson(options), inDoubt)
            : throw new RefusedException(ProblemTypes.Conflict, Reason(message.DeliveryStatus, wanted));
    }

    private static string Reason(DeliveryStatus? status, DeliveryStatus wanted) => (status, wanted) switch
    {
        (null, _) => "This mail came in; only mail of ours is sent.",
        (DeliveryStatus.Sending, _) => "This mail is being sent at this moment, so it is too late to change that.",
        (DeliveryStatus.Sent, _) => "This mail was sent already.",
        (DeliveryStatus.Failed, _) => "This mail could not be delivered and is not tried again by itself: there is nothing to take back. Retry it, or write another.",
        _ => "This mail is queued already; only one that could not be delivered can be retried.",
    };
}
