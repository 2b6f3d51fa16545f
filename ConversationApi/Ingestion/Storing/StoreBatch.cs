using ConversationApi.Events;
using ConversationApi.Ingestion.Parsing;
using ConversationApi.Ingestion.Threading;
using ConversationApi.Work;
using ConversationData.Messages;
using ConversationData.Queries;
using Npgsql;
using NpgsqlTypes;

namespace ConversationApi.Ingestion.Storing;

/// <summary>Puts the statements of one transaction together, so that they travel in one round trip.</summary>
internal sealed class StoreBatch(NpgsqlConnection connection, NpgsqlTransaction transaction) : IAsyncDisposable
{
    private const NpgsqlDbType Array = NpgsqlDbType.Array;
    private const string AnsweredElsewhere = "Answered by mail from elsewhere.";
    private readonly NpgsqlBatch _batch = new(connection, transaction);

    public int Count => _batch.BatchCommands.Count;

    public Task<NpgsqlDataReader> ReadAsync(CancellationToken cancellationToken) => _batch.ExecuteReaderAsync(cancellationToken);

    public Task RunAsync(CancellationToken cancellationToken) => _batch.ExecuteNonQueryAsync(cancellationToken);

    public ValueTask DisposeAsync() => _batch.DisposeAsync();

    public void Add(string sql) => _batch.BatchCommands.Add(new(sql));

    public void Add(string sql, params NpgsqlParameter[] parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        command.Parameters.AddRange(parameters);
        _batch.BatchCommands.Add(command);
    }

    /// <returns>How many results come before those of the look-ups.</returns>
    public int Lookup(IReadOnlyList<IncomingMail> mails)
    {
        if (ThreadLocks.Of(mails) is { } buckets)
        {
            Add(StoreSql.LockTogether);
            Add(StoreSql.LockKeys, Longs(buckets));
        }
        else
        {
            Add(StoreSql.LockAlone);
        }

        var locks = Count;
        Add(MailLookupSql.Owners, Texts([.. mails.SelectMany(m => m.Threading.Keys).Distinct(StringComparer.Ordinal)]));
        Add(MailLookupSql.Messages, Texts([.. mails.Select(m => m.MessageId).Distinct(StringComparer.Ordinal)]));
        Add(MailLookupSql.PostmarkIds, Texts([.. mails.Select(m => m.PostmarkMessageId).OfType<string>()]));
        Add(MailLookupSql.GmailIds, Texts([.. mails.Select(m => m.GmailMessageId).OfType<string>()]));
        Add(StoreSql.ResolveTokens, Ids([.. mails.SelectMany(m => m.Threading.Conversations).Distinct()]));
        return locks;
    }

    public void Conversations(string sql, IReadOnlyList<ConversationChange> changes, DateTimeOffset now)
    {
        if (changes.Count == 0)
            return;
        Add(sql,
            Ids([.. changes.Select(c => c.Id)]), Texts([.. changes.Select(c => c.LeadEmail)]), Texts([.. changes.Select(c => c.LeadName)]),
            Texts([.. changes.Select(c => c.Subject)]), Texts([.. changes.Select(c => c.NeedsReply ? "needs_reply" : "waiting")]),
            new() { Value = changes.Select(c => c.Messages).ToArray(), NpgsqlDbType = Array | NpgsqlDbType.Integer },
            Times([.. changes.Select(c => (DateTime?)c.LastMessageAt.UtcDateTime)]), Times([.. changes.Select(c => c.LastInboundAt?.UtcDateTime)]),
            Times([.. changes.Select(c => c.LastOutboundAt?.UtcDateTime)]), Time(now));
    }

    public void Messages(IReadOnlyList<(IncomingMail Mail, Guid Id, Guid ConversationId)> rows, DateTimeOffset now)
    {
        if (rows.Count == 0)
            return;
        string?[] All(Func<IncomingMail, string?> field) => [.. rows.Select(r => field(r.Mail))];
        Add(StoreSql.InsertMessages,
            Ids([.. rows.Select(r => r.Id)]), Ids([.. rows.Select(r => r.ConversationId)]), Texts(All(m => m.Outbound ? "outbound" : "inbound")),
            Texts(All(m => m.Subject)), Texts(All(m => m.Content)), Texts(All(m => m.HtmlContent)), Times([.. rows.Select(r => (DateTime?)r.Mail.SentAt.UtcDateTime)]),
            Texts(All(m => m.SenderEmail)), Texts(All(m => m.SenderName)), Texts(All(m => m.RecipientEmail)), Texts(All(m => m.MessageId)),
            new() { Value = rows.Select(r => r.Mail.ContentHash).ToArray(), NpgsqlDbType = Array | NpgsqlDbType.Bytea },
            Texts(All(m => m.InReplyTo)), Texts(All(m => m.PostmarkMessageId)), Texts(All(m => m.GmailMessageId)), Texts(All(m => m.GmailThreadId)),
            Json(All(m => m.Headers)), Json(All(m => m.Attachments)), Texts(All(m => string.Join(',', m.Marks))),
            Texts(All(m => m.Addresses is null ? null : string.Join(' ', m.Addresses))), Time(now));
    }

    /// <summary>What is still to be done with the messages, what has no point any more, and what clients are told of them.</summary>
    public void Consequences(IReadOnlyList<(IncomingMail Mail, Guid Id, Guid ConversationId)> rows, DateTimeOffset now, DateTimeOffset answerAfter)
    {
        if (rows.Count == 0)
            return;
        var inbound = rows.Where(r => !r.Mail.Outbound).ToList();
        var answerable = inbound.Where(r => r.Mail.SentAt >= answerAfter && !r.Mail.Marks.Any(MessageMarks.WantsNoAnswer.Contains)).ToList();
        (string Kind, Guid Id, Guid ConversationId)[] work = [.. rows.Select(r => ("index", r.Id, r.ConversationId)), .. answerable.Select(r => ("suggest", r.Id, r.ConversationId))];
        Add(WorkSql.Add, Ids([.. work.Select(w => w.Id)]), Texts([.. work.Select(w => w.Kind)]), Ids([.. work.Select(w => w.ConversationId)]));
        if (inbound.Count > 0)
            Add(EventSql.AddReplies, Ids([.. inbound.Select(r => r.ConversationId)]), Ids([.. inbound.Select(r => r.Id)]));
        if (inbound.Count == rows.Count)
            return;
        Add(StoreSql.RetireSuggestions, Ids([.. rows.Where(r => r.Mail.Outbound).Select(r => r.Id)]), new() { Value = AnsweredElsewhere }, Time(now));
        // Where our mail came last.
        var waiting = rows.GroupBy(r => r.ConversationId).Select(c => c.Last()).Where(r => r.Mail.Outbound).ToList();
        if (waiting.Count > 0)
            Add(EventSql.AddWaiting, Ids([.. waiting.Select(r => r.ConversationId)]), Ids([.. waiting.Select(r => r.Id)]));
    }

    public void Merges(IReadOnlyList<ConversationMerge> merges)
    {
        if (merges.Count == 0)
            return;
        Guid[] from = [.. merges.Select(m => m.From)], to = [.. merges.Select(m => m.To)], lead = [.. merges.Select(m => m.LeadFrom)];
        foreach (var sql in StoreSql.Merge)
        {
            NpgsqlParameter[] parameters = sql.Contains("$3", StringComparison.Ordinal) ? [Ids(from), Ids(to), Ids(lead)]
                : sql.Contains("$2", StringComparison.Ordinal) ? [Ids(from), Ids(to)] : [Ids(from)];
            Add(sql, parameters);
        }
    }

    public void References(IReadOnlyDictionary<string, Guid> keys)
    {
        if (keys.Count > 0)
            Add(StoreSql.InsertReferences, Texts([.. keys.Keys]), Ids([.. keys.Values]));
    }

    public void Links(IReadOnlySet<(Guid One, Guid Other)> links, DateTimeOffset now)
    {
        if (links.Count > 0)
            Add(StoreSql.InsertLinks, Ids([.. links.Select(l => l.One)]), Ids([.. links.Select(l => l.Other)]), Time(now));
    }

    public static NpgsqlParameter Ids(Guid[] value) => new() { Value = value, NpgsqlDbType = Array | NpgsqlDbType.Uuid };

    private static NpgsqlParameter Longs(long[] value) => new() { Value = value, NpgsqlDbType = Array | NpgsqlDbType.Bigint };

    private static NpgsqlParameter Texts(string?[] value) => new() { Value = value, NpgsqlDbType = Array | NpgsqlDbType.Text };

    private static NpgsqlParameter Json(string?[] value) => new() { Value = value, NpgsqlDbType = Array | NpgsqlDbType.Jsonb };

    private static NpgsqlParameter Times(DateTime?[] value) => new() { Value = value, NpgsqlDbType = Array | NpgsqlDbType.TimestampTz };

    private static NpgsqlParameter Time(DateTimeOffset value) => new() { Value = value.UtcDateTime, NpgsqlDbType = NpgsqlDbType.TimestampTz };
}
