using ConversationApi.Search.Models;
using ConversationApi.Work;
using ConversationData.Work;
using Npgsql;
using NpgsqlTypes;
using Pgvector;

namespace ConversationApi.Search.Indexing;

/// <summary>The steps that make messages findable, in a transaction of the caller's.</summary>
internal sealed class IndexTransaction(NpgsqlConnection connection, NpgsqlTransaction transaction, SearchOptions options)
{
    private const NpgsqlDbType Array = NpgsqlDbType.Array;

    /// <summary>Stores the words of messages.</summary>
    /// <returns>What was stored, and the messages that somebody else holds; those that are in neither are gone.</returns>
    public async Task<(IReadOnlyList<IndexedText> Texts, IReadOnlySet<Guid> Locked)> StoreAsync(Guid[] messages, CancellationToken cancellationToken)
    {
        List<(Guid Id, Guid Conversation, DateTime SentAt, string Text)> held = [];
        HashSet<Guid> there = [];
        await using (var batch = new NpgsqlBatch(connection, transaction))
        {
            batch.BatchCommands.Add(new(IndexSql.WriteTogether));
            batch.BatchCommands.Add(new(IndexSql.Hold) { Parameters = { new() { Value = messages } } });
            batch.BatchCommands.Add(new(IndexSql.Existing) { Parameters = { new() { Value = messages } } });
            await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
            await reader.NextResultAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
                held.Add((reader.GetGuid(0), reader.GetGuid(1), reader.GetDateTime(2), MessageText.Of(reader.GetString(3), reader.GetString(4), options.MaxTextLength)));
            await reader.NextResultAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
                there.Add(reader.GetGuid(0));
        }

        there.ExceptWith(held.Select(message => message.Id));
        if (held.Count == 0)
            return ([], there);
        await using var store = new NpgsqlCommand(IndexSql.Store, connection, transaction);
        store.Parameters.AddRange((NpgsqlParameter[])[
            new() { Value = held.Select(m => m.Id).ToArray() }, new() { Value = held.Select(m => m.Conversation).ToArray() },
            new() { Value = held.Select(m => m.SentAt).ToArray(), NpgsqlDbType = Array | NpgsqlDbType.TimestampTz },
            new() { Value = held.Select(m => m.Text).ToArray() }, new() { Value = options.TextConfiguration }]);
        var text = held.ToDictionary(m => m.Id, m => m.Text);
        List<IndexedText> texts = [];
        await using var rows = await store.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
            texts.Add(new(rows.GetGuid(0), text[rows.GetGuid(0)], rows.GetFieldValue<string[]>(1), rows.GetFieldValue<int[]>(2)));
        return (texts, there);
    }

    public async Task EmbedAsync(LocalModel model, IReadOnlyList<IndexedText> texts, CancellationToken cancellationToken) =>
        await StoreVectorsAsync(model.ModelId, texts, await model.EmbedAsync(texts, cancellationToken), cancellationToken);

    /// <summary>Stores vectors; a message that means nothing to the model gets none.</summary>
    public async Task StoreVectorsAsync(int modelId, IReadOnlyList<IndexedText> texts, IReadOnlyList<HalfVector?> vectors, CancellationToken cancellationToken)
    {
        var rows = texts.Zip(vectors).Where(pair => pair.Second is not null).ToList();
        if (rows.Count == 0)
            return;
        await using var store = new NpgsqlCommand(IndexSql.StoreVectors, connection, transaction);
        store.Parameters.AddRange((NpgsqlParameter[])[
            new() { Value = modelId }, new() { Value = rows.Select(r => r.First.MessageId).ToArray() },
            new() { Value = rows.Select(r => r.Second!).ToArray(), DataTypeName = "halfvec[]" }]);
        await store.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The work is done, once this commits.</summary>
    public async Task CompleteAsync(IReadOnlyList<WorkItem> items, CancellationToken cancellationToken)
    {
        foreach (var group in items.GroupBy(item => item.Claim))
        {
            await using var complete = new NpgsqlCommand(WorkSql.Complete, connection, transaction);
            complete.Parameters.AddRange((NpgsqlParameter[])[
                new NpgsqlParameter<WorkKind> { TypedValue = WorkKind.Index }, new() { Value = group.Select(item => item.MessageId).ToArray() }, new() { Value = group.Key }]);
            await complete.ExecuteNonQueryAsync(cancellationToken);
        }
    }
}
