using System.Globalization;
using ConversationApi.Search.Models;
using ConversationApi.Search.Models.Fitting;
using ConversationData.Connections;
using Microsoft.Extensions.Options;
using Npgsql;
using NpgsqlTypes;
using Pgvector;

namespace ConversationApi.Search.Keeping;

/// <summary>Makes models: fits one on our own mail, or writes down the provider's.</summary>
internal sealed partial class ModelFitter(ConversationDataSource data, EmbeddingProvider provider, IOptions<SearchOptions> options, ILogger<ModelFitter> logger)
{
    /// <summary>Latent semantic analysis of a sample.</summary>
    /// <returns>The model, which has no vectors yet; null when the mail has too few words in common.</returns>
    public async Task<int?> FitAsync(long messages, CancellationToken cancellationToken)
    {
        using var span = SearchTelemetry.Source.StartActivity("fit model");
        var sample = await SampleAsync(messages, cancellationToken);
        // Takes seconds of processor time: not on a thread that others wait for.
        var (terms, weights, vectors, dimensions) = await Task.Factory.StartNew(() =>
        {
            var (words, weight, matrix) = sample.Build(options.Value.ModelTerms);
            var (rows, count) = RandomisedSvd.RightVectors(matrix, options.Value.Dimensions, cancellationToken);
            return (words, weight, rows, count);
        }, cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        if (dimensions == 0)
            return null;
        var model = await StoreAsync(messages, terms, weights, vectors, dimensions, cancellationToken);
        LogFitted(model, terms.Length, dimensions, messages);
        return model;
    }

    /// <summary>The provider's model.</summary>
    public async Task<int?> AddProvidedAsync(long messages, CancellationToken cancellationToken)
    {
        var dimensions = await provider.FindDimensionsAsync(cancellationToken);
        await using var write = await data.BeginWriteAsync(cancellationToken);
        try
        {
            var model = await CreateAsync(write, provider.ModelName!, dimensions, local: false, messages, cancellationToken);
            await write.CommitAsync();
            return model;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            // It was in use before, and what is left of it is still to be deleted.
            return null;
        }
    }

    private async Task<TermMatrix> SampleAsync(long messages, CancellationToken cancellationToken)
    {
        // Somewhat more than needed, since chance may give less.
        var percent = Math.Min(100, 105.0 * options.Value.FittedMessages / Math.Max(1, messages)).ToString("F4", CultureInfo.InvariantCulture);
        await using var command = data.Primary.CreateCommand(ModelSql.Sample(percent));
        command.CommandTimeout = 600;
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = options.Value.FittedMessages });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var sample = new TermMatrix();
        while (await reader.ReadAsync(cancellationToken))
            sample.Add(reader.GetFieldValue<string[]>(0), reader.GetFieldValue<int[]>(1));
        return sample;
    }

    private async Task<int> StoreAsync(long messages, string[] terms, float[] weights, float[] vectors, int dimensions, CancellationToken cancellationToken)
    {
        await using var write = await data.BeginWriteAsync(cancellationToken);
        var (connection, transaction) = write;
        await using var version = new NpgsqlCommand(ModelSql.NextVersion, connection, transaction);
        var model = await CreateAsync(write, $"latent semantic analysis {await version.ExecuteScalarAsync(cancellationToken)}", dimensions, local: true, messages, cancellationToken);
        // Directions have no length of their own, and half precision likes numbers about one.
        var scale = MathF.Sqrt(terms.Length);
        await using (var copy = await connection.BeginBinaryImportAsync(ModelSql.CopyTerms, cancellationToken))
        {
            for (var i = 0; i < terms.Length; i++)
            {
                await copy.StartRowAsync(cancellationToken);
                await copy.WriteAsync(model, NpgsqlDbType.Integer, cancellationToken);
                await copy.WriteAsync(terms[i], NpgsqlDbType.Text, cancellationToken);
                await copy.WriteAsync(weights[i], NpgsqlDbType.Real, cancellationToken);
                await copy.WriteAsync(new HalfVector(Array.ConvertAll(vectors[(i * dimensions)..((i + 1) * dimensions)], number => (Half)(number * scale))), "halfvec", cancellationToken);
            }

            await copy.CompleteAsync(cancellationToken);
        }

        await write.CommitAsync();
        return model;
    }

    private static async Task<int> CreateAsync(WriteTransaction write, string name, int dimensions, bool local, long messages, CancellationToken cancellationToken)
    {
        await using var create = new NpgsqlCommand(ModelSql.Create, write.Connection, write.Transaction);
        create.Parameters.AddRange((NpgsqlParameter[])[new() { Value = name }, new() { Value = dimensions }, new() { Value = local }, new() { Value = messages }]);
        return (int)(await create.ExecuteScalarAsync(cancellationToken))!;
    }

    [LoggerMessage(LogLevel.Information, "Fitted embedding model {Model}: {Terms} words, {Dimensions} dimensions, for {Messages} messages")]
    private partial void LogFitted(int model, int terms, int dimensions, long messages);
}
