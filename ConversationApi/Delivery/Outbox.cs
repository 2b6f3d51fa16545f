using ConversationApi.Conversations;
using ConversationApi.Database;
using ConversationApi.Delivery.Mime;
using ConversationApi.Events;
using ConversationApi.Ingestion;
using ConversationApi.Ingestion.Threading;
using ConversationData.Queries;
using Microsoft.Extensions.Options;
using Npgsql;

namespace ConversationApi.Delivery;

/// <summary>
/// Puts mail down to be sent, in the transaction of whoever decides that it is: what is committed is sent, what is rolled back never was.
/// Raise <see cref="ConversationData.Work.WorkKind.Deliver"/> after the commit.
/// </summary>
internal sealed class Outbox(IOptions<DeliveryOptions> options, IOptions<IngestionOptions> ingestion, TimeProvider time)
{
    private const string AnsweredByHand = "Answered by hand.";
    private const string AnsweredByAnother = "Another suggestion was sent.";
    private readonly ReplyToken? _token = ingestion.Value.ReplyTokenKey is { } key ? new(key) : null;
    private readonly Mailbox? _inbound = Mailbox.Read(options.Value.InboundAddress, null);

    /// <summary>Locks the conversation, if that is not done yet, stores the mail and retires the suggestions that it makes pointless.</summary>
    /// <exception cref="ConversationGoneException">There is no such conversation.</exception>
    /// <exception cref="RefusedException">Its lead has no address that mail can be sent to.</exception>
    public async Task<QueuedMail> QueueAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, OutboundDraft draft, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        // PostgreSQL keeps microseconds: what is answered is what is read later.
        now = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
        var (before, retired, chain) = await PrepareAsync(connection, transaction, draft, now, cancellationToken);
        var recipient = Mailbox.Read(before.LeadEmail, before.LeadName) ?? throw new RefusedException(DeliveryProblems.NoRecipient, before.LeadEmail is null
            ? "The lead of this conversation has no address. Set leadEmail by PATCH, then write again."
            : "The address of this conversation's lead is none that mail can be sent to. If nothing was written to the lead yet, set leadEmail by PATCH; else begin another conversation.");
        var sender = options.Value.Sender;
        var replyTo = _inbound is not null && _token is not null ? _inbound.Plus(_token.Create(before.Id)) : _inbound;
        var mail = new OutboundMail(Guid.CreateVersion7(new(now)), before.Id, sender, recipient, replyTo, OutboundMail.SubjectOf(before), draft.Content, draft.HtmlContent, chain, now);
        var undo = new BeforeMail(before.Id, before.Status, before.ArchivedAt, before.Version + 1, draft.SuggestionId is { } sent ? [sent, .. retired] : [.. retired]);
        return await StoreAsync(connection, transaction, mail, undo, draft.SuggestionId, cancellationToken);
    }

    private static async Task<(ConversationView Conversation, List<Guid> Retired, ReferenceChain Chain)> PrepareAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, OutboundDraft draft, DateTime now, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection, transaction);
        batch.Add(ConversationSql.Lock, SqlValue.Uuid(draft.ConversationId));
        batch.Add(OutboxSql.RetireSuggestions, SqlValue.Uuid(draft.ConversationId), SqlValue.Text(draft.SuggestionId is null ? AnsweredByHand : AnsweredByAnother),
            SqlValue.UuidOrNull(draft.SuggestionId), SqlValue.Time(now));
        batch.Add(MessageSql.Parent, SqlValue.Uuid(draft.ConversationId));
        batch.Add(MessageSql.ThreadIds, SqlValue.Uuid(draft.ConversationId), SqlValue.Integer(MessageIds.MaxReferences));

        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var conversation = await reader.ReadAsync(cancellationToken) ? ConversationReader.View(reader) : throw new ConversationGoneException(draft.ConversationId);
        await reader.NextResultAsync(cancellationToken);
        var retired = await ListAsync(reader, row => row.GetGuid(0), cancellationToken);
        var parents = await ListAsync(reader, row => (Inbound: row.GetBoolean(0), Id: row.GetString(1), Headers: row.GetString(2)), cancellationToken);
        var thread = await ListAsync(reader, row => row.GetString(0), cancellationToken);
        if (parents.OrderByDescending(parent => parent.Inbound).FirstOrDefault() is not { Id: { } parent, Headers: { } json })
            return (conversation, retired, ReferenceChain.None);
        var headers = MailHeader.FromJson(json);
        return (conversation, retired, ReferenceChain.Of(parent, MailHeader.Find(headers, "References"), MailHeader.Find(headers, "In-Reply-To"), thread));
    }

    private async Task<QueuedMail> StoreAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, OutboundMail mail, BeforeMail undo, Guid? suggestionId, CancellationToken cancellationToken)
    {
        var headers = mail.Headers;
        var view = mail.ToView(headers);
        await using var batch = new NpgsqlBatch(connection, transaction);
        batch.Add(OutboxSql.UpdateConversation, SqlValue.Uuid(mail.ConversationId), SqlValue.Time(mail.SentAt));
        batch.Add(OutboxSql.AddWork, SqlValue.Uuid(mail.Id), SqlValue.Uuid(mail.ConversationId), SqlValue.Interval(options.Value.UndoFor), SqlValue.Jsonb(undo.ToJson()));
        batch.Add(OutboxSql.InsertMessage, SqlValue.Uuid(mail.Id), SqlValue.Uuid(mail.ConversationId), SqlValue.Text(mail.Subject), SqlValue.Text(mail.Content),
            SqlValue.Text(mail.HtmlContent), SqlValue.Time(mail.SentAt), SqlValue.Text(view.SenderEmail), SqlValue.Text(view.SenderName), SqlValue.Text(view.RecipientEmail),
            SqlValue.Text(mail.MessageId), SqlValue.Bytes(mail.ContentHash), SqlValue.Text(mail.Chain.InReplyTo), SqlValue.Jsonb(headers));
        batch.Add(OutboxSql.InsertReference, SqlValue.Text(mail.MessageId), SqlValue.Uuid(mail.ConversationId));
        batch.Add(EventSql.Add, SqlValue.Text("status"), SqlValue.Uuid(mail.ConversationId), SqlValue.Uuid(mail.Id), SqlValue.UuidOrNull(suggestionId), SqlValue.Text("waiting"), SqlValue.Text(null));

        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var conversation = ConversationReader.View(reader);
        await reader.NextResultAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var notBefore = reader.GetFieldValue<DateTimeOffset>(0);
        while (await reader.NextResultAsync(cancellationToken)) { }
        return new(mail.Id, notBefore, view, conversation);
    }

    private static async Task<List<T>> ListAsync<T>(NpgsqlDataReader reader, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        var all = new List<T>();
        while (await reader.ReadAsync(cancellationToken))
            all.Add(read(reader));
        await reader.NextResultAsync(cancellationToken);
        return all;
    }
}
