using ConversationApi.Ingestion.Parsing;
using ConversationApi.Ingestion.Threading;
using ConversationData.Connections;
using ConversationData.Messages;
using Npgsql;

namespace ConversationApi.Ingestion.Storing;

/// <summary>Deduplicates, threads and stores some mail in one transaction.</summary>
internal sealed class MailTransaction(WriteTransaction write, DateTimeOffset now, DateTimeOffset answerAfter)
{
    private readonly List<(IncomingMail Mail, int Index)> _accepted = [];
    private readonly List<(ThreadedMail Mail, int Index)> _threaded = [];
    private readonly Dictionary<(string, string), int> _firstOf = [];

    /// <param name="mails">The mail, in the order of its arrival.</param>
    /// <param name="ids">An id for each; the same when this is tried again, so that a commit in doubt is known again.</param>
    /// <param name="cancellationToken">Ends it before the commit, never during it.</param>
    /// <exception cref="ConversationMovedException">Try again.</exception>
    /// <exception cref="CommitInDoubtException">Try again, and see.</exception>
    public async Task<MailOutcome[]> RunAsync(IReadOnlyList<IncomingMail> mails, IReadOnlyList<Guid> ids, CancellationToken cancellationToken)
    {
        var found = await FindAsync(mails, cancellationToken);
        for (var i = 0; i < mails.Count; i++)
            Sort(mails[i], i, found);

        var known = await LockAsync(found, cancellationToken);
        var plan = ThreadPlanner.Plan([.. _threaded.Select(t => t.Mail)], found.Owners, known, () => Guid.CreateVersion7(now));
        var conversations = _threaded.Select((t, position) => (t.Index, Id: plan.Conversations[position])).ToDictionary(t => t.Index, t => t.Id);
        if (!await WriteAsync(plan, [.. _accepted.Select(a => (a.Mail, ids[a.Index], conversations[a.Index]))], cancellationToken))
            await using (var confirm = new NpgsqlCommand(StoreSql.ConfirmDuplicates, write.Connection, write.Transaction))
                await confirm.ExecuteNonQueryAsync(cancellationToken);
        await write.CommitAsync();

        var merged = plan.Merges.ToDictionary(m => m.From, m => m.To);
        var accepted = _accepted.ToDictionary(a => a.Index, a => a.Mail);
        return [.. mails.Select((mail, i) => OutcomeOf(mail, i, ids, found, accepted, conversations, merged))];
    }

    private MailOutcome OutcomeOf(IncomingMail mail, int index, IReadOnlyList<Guid> ids, StoreFindings found,
        Dictionary<int, IncomingMail> accepted, Dictionary<int, Guid> conversations, Dictionary<Guid, Guid> merged)
    {
        if (accepted.TryGetValue(index, out var kept))
            return new(MailOutcomeKind.Stored, kept.MessageId, ids[index], conversations[index], kept.Marks);
        if (!found.TryFind(mail, out var stored))
        {
            var first = _firstOf[StoreFindings.KeyOf(mail)];
            return new(MailOutcomeKind.Duplicate, mail.MessageId, ids[first], conversations[first]);
        }

        // Its own id: an earlier try committed after all.
        var kind = stored.Id == ids[index] ? MailOutcomeKind.Stored : MailOutcomeKind.Duplicate;
        return new(kind, mail.MessageId, stored.Id, merged.GetValueOrDefault(stored.ConversationId, stored.ConversationId), kind == MailOutcomeKind.Stored ? mail.Marks : null);
    }

    private void Sort(IncomingMail mail, int index, StoreFindings found)
    {
        var threading = mail.Threading with { Conversations = [.. mail.Threading.Conversations.Where(found.Tokens.ContainsKey).Select(t => found.Tokens[t])] };
        var key = StoreFindings.KeyOf(mail);
        if (found.TryFind(mail, out _) || !_firstOf.TryAdd(key, index))
        {
            // A duplicate may name an id that its first copy did not.
            if (!IsSettled(threading, found))
                _threaded.Add((threading, index));
            return;
        }

        _threaded.Add((threading, index));
        _accepted.Add((mail with
        {
            Marks = found.MessageIds.Add(mail.MessageId) ? mail.Marks : [.. mail.Marks, MessageMarks.ReusedId],
            // Another message has this id already: keep the mail, not the claim.
            PostmarkMessageId = mail.PostmarkMessageId is { } postmark && found.PostmarkIds.Add(postmark) ? postmark : null,
            GmailMessageId = mail.GmailMessageId is { } gmail && found.GmailIds.Add(gmail) ? gmail : null,
        }, index));
    }

    private static bool IsSettled(ThreadedMail mail, StoreFindings found) =>
        found.Owners.TryGetValue(mail.Keys[0], out var home)
        && mail.Keys.All(key => found.Owners.TryGetValue(key, out var owner) && owner == home)
        && mail.Conversations.All(id => id == home);

    private async Task<StoreFindings> FindAsync(IReadOnlyList<IncomingMail> mails, CancellationToken cancellationToken)
    {
        var found = new StoreFindings();
        await using var batch = new StoreBatch(write.Connection, write.Transaction);
        var locks = batch.Lookup(mails);
        await using var reader = await batch.ReadAsync(cancellationToken);
        for (var i = 0; i < locks; i++)
            await reader.NextResultAsync(cancellationToken);
        await ReadAllAsync(reader, r => found.Owners[r.GetString(0)] = r.GetGuid(1), cancellationToken);
        await ReadAllAsync(reader, r =>
        {
            found.MessageIds.Add(r.GetString(0));
            found.Messages[(r.GetString(0), Convert.ToHexString(r.GetFieldValue<byte[]>(1)))] = (r.GetGuid(2), r.GetGuid(3));
            if (r.GetBoolean(4))
                found.Sent[r.GetString(0)] = (r.GetGuid(2), r.GetGuid(3));
        }, cancellationToken);
        await ReadAllAsync(reader, r => found.PostmarkIds.Add(r.GetString(0)), cancellationToken);
        await ReadAllAsync(reader, r => found.GmailIds.Add(r.GetString(0)), cancellationToken);
        await ReadAllAsync(reader, r => found.Tokens[r.GetGuid(0)] = r.GetGuid(1), cancellationToken);
        return found;
    }

    private static async Task ReadAllAsync(NpgsqlDataReader reader, Action<NpgsqlDataReader> take, CancellationToken cancellationToken)
    {
        while (await reader.ReadAsync(cancellationToken))
            take(reader);
        await reader.NextResultAsync(cancellationToken);
    }

    /// <summary>Locks, in the order of their ids, the conversations that may change.</summary>
    private async Task<Dictionary<Guid, KnownConversation>> LockAsync(StoreFindings found, CancellationToken cancellationToken)
    {
        var wanted = _threaded.SelectMany(t => t.Mail.Keys.Where(found.Owners.ContainsKey).Select(k => found.Owners[k]).Concat(t.Mail.Conversations)).ToHashSet();
        var known = new Dictionary<Guid, KnownConversation>();
        if (wanted.Count == 0)
            return known;
        await using var command = new NpgsqlCommand(StoreSql.LockConversations, write.Connection, write.Transaction);
        command.Parameters.Add(StoreBatch.Ids([.. wanted]));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            known.Add(reader.GetGuid(0), new(reader.GetGuid(0), reader.IsDBNull(1) ? null : reader.GetString(1), reader.GetBoolean(2)));
        return known.Count == wanted.Count ? known : throw new ConversationMovedException();
    }

    /// <returns>False when there was nothing to write.</returns>
    private async Task<bool> WriteAsync(ThreadPlan plan, List<(IncomingMail Mail, Guid Id, Guid ConversationId)> rows, CancellationToken cancellationToken)
    {
        var changes = new Dictionary<Guid, ConversationChange>();
        foreach (var (mail, _, conversation) in rows)
        {
            if (!changes.TryGetValue(conversation, out var change))
                changes[conversation] = change = new(conversation, mail);
            change.Add(mail);
        }

        await using var batch = new StoreBatch(write.Connection, write.Transaction);
        batch.Merges(plan.Merges);
        batch.Conversations(StoreSql.InsertConversations, [.. changes.Values.Where(c => plan.Created.Contains(c.Id))], now);
        batch.Conversations(StoreSql.UpdateConversations, [.. changes.Values.Where(c => !plan.Created.Contains(c.Id))], now);
        batch.Messages(rows, now);
        batch.Consequences(rows, now, answerAfter);
        batch.References(plan.NewKeys);
        batch.Links(plan.Links, now);
        if (batch.Count == 0)
            return false;
        await batch.RunAsync(cancellationToken);
        return true;
    }
}
