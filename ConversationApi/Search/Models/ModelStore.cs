using ConversationData.Connections;
using Npgsql;
using Pgvector;

namespace ConversationApi.Search.Models;

/// <summary>The models that this process can make vectors by. Those that were fitted here are kept in memory.</summary>
internal sealed class ModelStore(ConversationDataSource data, EmbeddingProvider provider) : IDisposable
{
    private readonly SemaphoreSlim _loading = new(1, 1);
    private volatile Dictionary<int, IEmbedder> _loaded = [];

    /// <summary>All that are in use or being built, in a transaction that writes vectors.</summary>
    public async Task<IReadOnlyList<IEmbedder>> LiveAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(ModelSql.Live, connection, transaction);
        return await LoadAllAsync(await ReadRowsAsync(command, cancellationToken), cancellationToken);
    }

    /// <summary>All that are in use or being built.</summary>
    public async Task<IReadOnlyList<ModelRow>> RowsAsync(CancellationToken cancellationToken)
    {
        await using var command = data.Primary.CreateCommand(ModelSql.Live);
        return await ReadRowsAsync(command, cancellationToken);
    }

    /// <summary>Loads what is new and forgets what is gone, so that no search has to wait for it.</summary>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        var rows = await RowsAsync(cancellationToken);
        await LoadAllAsync(rows, cancellationToken);
        await _loading.WaitAsync(cancellationToken);
        try
        {
            _loaded = _loaded.Where(model => rows.Any(row => row.Id == model.Key)).ToDictionary();
        }
        finally
        {
            _loading.Release();
        }
    }

    /// <summary>Null when there is no such model, or this process cannot use it: it is of a provider that is not configured here.</summary>
    public async Task<IEmbedder?> FindAsync(int modelId, CancellationToken cancellationToken)
    {
        if (_loaded.TryGetValue(modelId, out var known))
            return known;
        await using var command = data.Primary.CreateCommand(ModelSql.One);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = modelId });
        var rows = await ReadRowsAsync(command, cancellationToken);
        return (await LoadAllAsync(rows, cancellationToken)).SingleOrDefault();
    }

    public void Dispose() => _loading.Dispose();

    private async Task<IReadOnlyList<IEmbedder>> LoadAllAsync(IReadOnlyList<ModelRow> rows, CancellationToken cancellationToken)
    {
        if (rows.Any(row => !_loaded.ContainsKey(row.Id)))
        {
            await _loading.WaitAsync(cancellationToken);
            try
            {
                foreach (var row in rows.Where(row => !_loaded.ContainsKey(row.Id)))
                    if (await LoadAsync(row, cancellationToken) is { } model)
                        _loaded = new(_loaded) { [row.Id] = model };
            }
            finally
            {
                _loading.Release();
            }
        }

        var loaded = _loaded;
        return [.. rows.Select(row => loaded.GetValueOrDefault(row.Id)).OfType<IEmbedder>()];
    }

    private async Task<IEmbedder?> LoadAsync(ModelRow row, CancellationToken cancellationToken)
    {
        if (!row.IsLocal)
            return provider.Knows(row.Name) ? new ProvidedModel(row.Id, row.Dimensions, provider) : null;
        await using var command = data.Primary.CreateCommand(ModelSql.Terms);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = row.Id });
        Dictionary<string, int> places = new(StringComparer.Ordinal);
        List<float> weights = [];
        List<float> vectors = [];
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            places.Add(reader.GetString(0), places.Count);
            weights.Add(reader.GetFloat(1));
            foreach (var number in reader.GetFieldValue<HalfVector>(2).Memory.Span)
                vectors.Add((float)number);
        }

        // Its words are committed together with its row: without them it is gone by now.
        return places.Count == 0 ? null : new LocalModel(row.Id, row.Dimensions, places, [.. weights], [.. vectors]);
    }

    private static async Task<List<ModelRow>> ReadRowsAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        List<ModelRow> rows = [];
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            rows.Add(new(reader.GetInt32(0), reader.GetString(1), reader.GetInt32(2), reader.GetBoolean(3), reader.GetBoolean(4), reader.GetInt64(5)));
        return rows;
    }
}
