using ConversationApi.Search.Indexing;
using ConversationApi.Search.Models;
using ConversationData.Connections;
using Microsoft.Extensions.Options;
using Npgsql;
using Pgvector;

namespace ConversationApi.Search.Keeping;

/// <summary>Gives every message a vector of a new model while search goes on with the old one, then puts the new one in its place.</summary>
internal sealed partial class ModelBuilder(
    ConversationDataSource data, EmbeddingProvider provider, IOptions<SearchOptions> options, TimeProvider time, ILogger<ModelBuilder> logger)
{
    private const int Batch = 500;
    private const int DeletedAtATime = 5_000;

    // The model that this process gave all vectors, and when; one that comes to it anew waits as long again.
    private (int Model, long Since)? _filled;

    /// <param name="model">The new one.</param>
    /// <param name="mayWait">Whether search can go on with the old one for a while.</param>
    /// <param name="cancellationToken">Ends it between two steps.</param>
    /// <returns>False while it waits for its index: the next call looks again.</returns>
    /// <exception cref="EmbeddingFailedException">The provider failed; what it made so far is kept, and the next call goes on.</exception>
    public async Task<bool> BuildAsync(IEmbedder model, bool mayWait, CancellationToken cancellationToken)
    {
        if (_filled is not { } filled || filled.Model != model.ModelId)
        {
            await FillAsync(model, cancellationToken);
            _filled = filled = (model.ModelId, time.GetTimestamp());
        }

        if (mayWait && await LacksIndexAsync(model, cancellationToken))
        {
            if (time.GetElapsedTime(filled.Since) < options.Value.AwaitIndex)
                return false;
            LogWithoutIndex(model.ModelId, options.Value.AwaitIndex);
        }

        await SwitchAsync(model, cancellationToken);
        return true;
    }

    private async Task FillAsync(IEmbedder model, CancellationToken cancellationToken)
    {
        using var span = SearchTelemetry.Source.StartActivity("build model");
        for (Guid? after = Guid.Empty; after is { } last;)
        {
            Guid? next;
            IReadOnlyList<IndexedText> texts;
            await using (var connection = await data.Primary.OpenConnectionAsync(cancellationToken))
                (next, texts) = await MissingAsync(connection, null, model.ModelId, last, cancellationToken);
            var vectors = await EmbedAsync(model, texts, cancellationToken);
            await using var write = await data.BeginWriteAsync(cancellationToken);
            await new IndexTransaction(write.Connection, write.Transaction, options.Value).StoreVectorsAsync(model.ModelId, texts, vectors, cancellationToken);
            await write.CommitAsync();
            after = next;
        }
    }

    private async Task<bool> LacksIndexAsync(IEmbedder model, CancellationToken cancellationToken)
    {
        await using var command = data.Primary.CreateCommand(ModelSql.LacksIndex);
        command.Parameters.AddRange((NpgsqlParameter[])[new() { Value = model.ModelId }, new() { Value = options.Value.ExactMessages }]);
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>Nobody searches by this model from now on.</summary>
    public async Task RetireAsync(int model, CancellationToken cancellationToken) =>
        await data.WriteAsync(ModelSql.Retire, [new() { Value = model }, new() { Value = time.GetUtcNow().UtcDateTime }], cancellationToken);

    /// <summary>Deletes what is left of models that were retired a while ago, a little at a time.</summary>
    public async Task DeleteRetiredAsync(CancellationToken cancellationToken)
    {
        List<int> retired = [];
        await using (var command = data.Primary.CreateCommand(ModelSql.Retired))
        {
            command.Parameters.Add(new() { Value = time.GetUtcNow().UtcDateTime - options.Value.KeepRetired });
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
                retired.Add(reader.GetInt32(0));
        }

        foreach (var model in retired)
        {
            while (await data.WriteAsync(ModelSql.DeleteVectors, [new() { Value = model }, new() { Value = DeletedAtATime }], cancellationToken) > 0)
                cancellationToken.ThrowIfCancellationRequested();
            await data.WriteAsync(ModelSql.Delete, [new() { Value = model }], cancellationToken);
        }
    }

    /// <summary>A text that the provider refuses, or always fails for, gets no vector, and does not hold up the others.</summary>
    private async Task<IReadOnlyList<HalfVector?>> EmbedAsync(IEmbedder model, IReadOnlyList<IndexedText> texts, CancellationToken cancellationToken)
    {
        try
        {
            return await model.EmbedAsync(texts, cancellationToken);
        }
        catch (EmbeddingFailedException e)
        {
            if (!await provider.IsOfTextsAsync(e, cancellationToken))
                throw;
            if (texts.Count == 1)
                return [null];
            var half = texts.Count / 2;
            return [.. await EmbedAsync(model, [.. texts.Take(half)], cancellationToken), .. await EmbedAsync(model, [.. texts.Skip(half)], cancellationToken)];
        }
    }

    /// <summary>While nobody writes vectors: those that came since go to the new model, and it takes the place.</summary>
    private async Task SwitchAsync(IEmbedder model, CancellationToken cancellationToken)
    {
        await using var write = await data.BeginWriteAsync(cancellationToken);
        var (connection, transaction) = write;
        await using (var alone = new NpgsqlCommand(IndexSql.WriteAlone, connection, transaction))
            await alone.ExecuteNonQueryAsync(cancellationToken);
        if (model is LocalModel local)
        {
            for (Guid? after = Guid.Empty; after is { } last;)
            {
                var (next, texts) = await MissingAsync(connection, transaction, model.ModelId, last, cancellationToken);
                await new IndexTransaction(connection, transaction, options.Value).EmbedAsync(local, texts, cancellationToken);
                after = next;
            }
        }

        await using var batch = new NpgsqlBatch(connection, transaction);
        if (model is not LocalModel)
            batch.BatchCommands.Add(new(ModelSql.QueueMissing) { Parameters = { new() { Value = model.ModelId } } });
        batch.BatchCommands.Add(new(ModelSql.RetireCurrent) { Parameters = { new() { Value = time.GetUtcNow().UtcDateTime } } });
        batch.BatchCommands.Add(new(ModelSql.MakeCurrent) { Parameters = { new() { Value = model.ModelId } } });
        await batch.ExecuteNonQueryAsync(cancellationToken);
        await write.CommitAsync();
    }

    private async Task<(Guid? Next, IReadOnlyList<IndexedText> Texts)> MissingAsync(
        NpgsqlConnection connection, NpgsqlTransaction? transaction, int model, Guid after, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(ModelSql.Missing, connection, transaction);
        command.Parameters.AddRange((NpgsqlParameter[])[new() { Value = model }, new() { Value = after }, new() { Value = Batch }]);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        List<IndexedText> texts = [];
        while (await reader.ReadAsync(cancellationToken))
            texts.Add(new(reader.GetGuid(0), MessageText.Of(reader.GetString(3), reader.GetString(4), options.Value.MaxTextLength), reader.GetFieldValue<string[]>(1), reader.GetFieldValue<int[]>(2)));
        return (texts.Count == Batch ? texts[^1].MessageId : null, texts);
    }

    [LoggerMessage(LogLevel.Warning, "Embedding model {Model} had no index after {Patience}: search looks at each of its vectors until build-vector-index has run")]
    private partial void LogWithoutIndex(int model, TimeSpan patience);
}
