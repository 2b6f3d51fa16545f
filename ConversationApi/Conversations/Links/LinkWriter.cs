using ConversationApi.Conversations.Changes;
using ConversationApi.Database;
using ConversationApi.Idempotency;
using ConversationApi.Ingestion.Storing;
using ConversationData.Queries;
using Npgsql;
using ServiceDefaults.Problems;

namespace ConversationApi.Conversations.Links;

/// <summary>What a person decides about two conversations that mail ties together, each decision in the transaction of its request.</summary>
internal sealed class LinkWriter(TimeProvider time)
{
    /// <summary>Makes both one: the older id stays, and the lead is that of <paramref name="id"/>.</summary>
    public static async Task<RecordedAnswer> MergeAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, Guid id, Guid linked, IfMatch condition, CancellationToken cancellationToken)
    {
        await TakeAsync(transaction, id, linked, condition, cancellationToken);
        var (to, from) = Ordered(id, linked);
        await using (var batch = new StoreBatch(connection, transaction))
        {
            batch.Merges([new(from, to, LeadFrom: id)]);
            await batch.RunAsync(cancellationToken);
        }

        return await AnswerAsync(transaction, to, cancellationToken);
    }

    /// <summary>Both stay as they are and are not shown as linked any more, whatever else names them together.</summary>
    public async Task<RecordedAnswer> DismissAsync(NpgsqlTransaction transaction, Guid id, Guid linked, IfMatch condition, CancellationToken cancellationToken)
    {
        if (await TakeAsync(transaction, id, linked, condition, cancellationToken))
            throw new RefusedException(ProblemTypes.Conflict, "Somebody has dismissed this link already.");
        var now = time.GetUtcNow().UtcDateTime;
        var (one, other) = Ordered(id, linked);
        await using (var batch = new NpgsqlBatch(transaction.Connection, transaction))
        {
            batch.Add(LinkSql.Settle, SqlValue.Uuid(one), SqlValue.Uuid(other), SqlValue.Time(now));
            batch.Add(LinkSql.Touch, SqlValue.Uuids([one, other]), SqlValue.Time(now));
            await batch.ExecuteNonQueryAsync(cancellationToken);
        }

        return await AnswerAsync(transaction, id, cancellationToken);
    }

    /// <returns>Whether the link was dismissed before.</returns>
    private static async Task<bool> TakeAsync(NpgsqlTransaction transaction, Guid id, Guid linked, IfMatch condition, CancellationToken cancellationToken)
    {
        var (one, other) = Ordered(id, linked);
        ConversationView? own = null;
        await using (var both = transaction.Command(LinkSql.LockBoth, SqlValue.Uuids([one, other])))
        await using (var row = await both.ExecuteReaderAsync(cancellationToken))
            while (await row.ReadAsync(cancellationToken))
                own = ConversationReader.View(row) is { } view && view.Id == id ? view : own;
        condition.Check(own ?? throw new ConversationGoneException(id));
        await using var find = transaction.Command(LinkSql.Find, SqlValue.Uuid(one), SqlValue.Uuid(other));
        return await find.ExecuteScalarAsync(cancellationToken) is bool settled ? settled
            : throw new RefusedException(ProblemTypes.NotFound, $"Conversation {id} is not linked with {linked}.");
    }

    private static async Task<RecordedAnswer> AnswerAsync(NpgsqlTransaction transaction, Guid id, CancellationToken cancellationToken)
    {
        await using var command = transaction.Command(ConversationSql.ById, SqlValue.Uuid(id));
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        await row.ReadAsync(cancellationToken);
        var now = ConversationReader.View(row);
        return RecordedAnswer.Of(StatusCodes.Status200OK, now, ApiJson.Default.ConversationView, id, now.Version);
    }

    // As the database orders them: by their bytes.
    private static (Guid One, Guid Other) Ordered(Guid one, Guid other) => one.CompareTo(other) < 0 ? (one, other) : (other, one);
}
