using System.Text.Json;
using ConversationApi.Database;
using ConversationApi.Delivery;
using ConversationApi.Delivery.Mime;
using ConversationApi.Events;
using ConversationApi.Idempotency;
using ConversationData.Conversations;
using ConversationData.Messages;
using Npgsql;
using ServiceDefaults.Problems;

namespace ConversationApi.Conversations.Changes;

/// <summary>Changes conversations, each in the transaction of its request.</summary>
internal sealed class ConversationWriter(Outbox outbox, TimeProvider time)
{
    /// <summary>Begins a conversation with its first mail.</summary>
    public async Task<RecordedAnswer> StartAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, NewConversation wanted, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        // An id holds milliseconds, and creation times agree with it.
        now = new(now.Ticks - (now.Ticks % TimeSpan.TicksPerMillisecond), TimeSpan.Zero);
        var id = Guid.CreateVersion7(now);
        var lead = Mailbox.Read(wanted.Lead!.Email, wanted.Lead.Name)!;
        await using (var insert = transaction.Command(ChangeSql.Insert, SqlValue.Uuid(id), SqlValue.BigInteger(wanted.Lead.Id), SqlValue.Text(lead.Address.ToLowerInvariant()),
            SqlValue.Text(lead.Name), SqlValue.Text(wanted.Subject), SqlValue.Time(now.UtcDateTime)))
            await insert.ExecuteNonQueryAsync(cancellationToken);
        var mail = await outbox.QueueAsync(connection, transaction, new(id, wanted.Content!, MailBody.HtmlOrNull(wanted.HtmlContent), null), cancellationToken);
        return RecordedAnswer.Of(StatusCodes.Status201Created, new StartedConversation(mail), ApiJson.Default.StartedConversation, id, mail.Conversation.Version);
    }

    public async Task<RecordedAnswer> PatchAsync(NpgsqlTransaction transaction, Guid id, IfMatch condition, JsonElement patch, CancellationToken cancellationToken)
    {
        var now = await ConversationLock.TakeAsync(transaction, id, cancellationToken);
        condition.Check(now);
        var wanted = ConversationPatch.Apply(patch, now, out var errors);
        if (errors.Count > 0)
            throw new InvalidFieldsException(errors);
        if (wanted.LeadEmail != now.LeadEmail && now.LastOutboundAt is not null)
            throw new RefusedException(ProblemTypes.Conflict, "Mail was written to this lead already, so the address stays. Begin another conversation with the other address.");
        if (wanted == new ConversationPatch(now.Subject, now.LeadId, now.LeadName, now.LeadEmail))
            return Answer(now);
        await using var update = transaction.Command(ChangeSql.Patch, SqlValue.Uuid(id), SqlValue.Text(wanted.Subject), SqlValue.BigInteger(wanted.LeadId), SqlValue.Text(wanted.LeadName),
            SqlValue.Text(wanted.LeadEmail), SqlValue.Time(Now()));
        return Answer(await ReadAsync(update, cancellationToken));
    }

    public async Task<RecordedAnswer> ArchiveAsync(NpgsqlTransaction transaction, Guid id, IfMatch condition, CancellationToken cancellationToken)
    {
        var now = await ConversationLock.TakeAsync(transaction, id, cancellationToken);
        condition.Check(now);
        if (now.Status == ConversationStatus.Archived)
            throw new RefusedException(ProblemTypes.Conflict, "The conversation is archived already.");
        return await MoveAsync(transaction, ChangeSql.Archive, id, "archived", cancellationToken);
    }

    public async Task<RecordedAnswer> ReopenAsync(NpgsqlTransaction transaction, Guid id, IfMatch condition, CancellationToken cancellationToken)
    {
        var now = await ConversationLock.TakeAsync(transaction, id, cancellationToken);
        condition.Check(now);
        if (now.Status != ConversationStatus.Archived)
            throw new RefusedException(ProblemTypes.Conflict, "Only an archived conversation can be reopened, and this one is open.");
        return await MoveAsync(transaction, ChangeSql.Reopen, id, "active", cancellationToken);
    }

    public static async Task<RecordedAnswer> DeleteAsync(NpgsqlTransaction transaction, Guid id, IfMatch condition, CancellationToken cancellationToken)
    {
        condition.Check(await ConversationLock.TakeAsync(transaction, id, cancellationToken));
        var work = await ListAsync(transaction, ChangeSql.LockWork, id, row => row.GetGuid(0), cancellationToken);
        if ((await ListAsync(transaction, ChangeSql.LockUnsent, id, row => row.GetFieldValue<DeliveryStatus>(0), cancellationToken)).Contains(DeliveryStatus.Sending))
            throw new RefusedException(ProblemTypes.Conflict, "Mail of this conversation is being sent at this moment. Delete it when that is over.");
        await using var batch = new NpgsqlBatch(transaction.Connection, transaction);
        batch.Add(ChangeSql.DropWork, SqlValue.Uuids([.. work]));
        batch.Add(ChangeSql.Unlink, SqlValue.Uuid(id));
        batch.Add(ChangeSql.Delete, SqlValue.Uuid(id));
        await batch.ExecuteNonQueryAsync(cancellationToken);
        return new(StatusCodes.Status204NoContent, null, id, null);
    }

    private async Task<RecordedAnswer> MoveAsync(NpgsqlTransaction transaction, string sql, Guid id, string status, CancellationToken cancellationToken)
    {
        await using (var tell = transaction.Command(EventSql.Add, SqlValue.Text("status"), SqlValue.Uuid(id), SqlValue.UuidOrNull(null), SqlValue.UuidOrNull(null), SqlValue.Text(status), SqlValue.Text(null)))
            await tell.ExecuteNonQueryAsync(cancellationToken);
        await using var update = transaction.Command(sql, SqlValue.Uuid(id), SqlValue.Time(Now()));
        return Answer(await ReadAsync(update, cancellationToken));
    }

    private static RecordedAnswer Answer(ConversationView conversation) =>
        RecordedAnswer.Of(StatusCodes.Status200OK, conversation, ApiJson.Default.ConversationView, conversation.Id, conversation.Version);

    private static async Task<ConversationView> ReadAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return ConversationReader.View(reader);
    }

    private static async Task<List<T>> ListAsync<T>(NpgsqlTransaction transaction, string sql, Guid id, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        await using var command = transaction.Command(sql, SqlValue.Uuid(id));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var all = new List<T>();
        while (await reader.ReadAsync(cancellationToken))
            all.Add(read(reader));
        return all;
    }

    private DateTime Now() => time.GetUtcNow().UtcDateTime;
}
