using ConversationApi.Search.Models;
using Microsoft.Extensions.Options;

namespace ConversationApi.Search.Keeping;

/// <summary>Sees to it that search has the model that it should have. Runs in one process at a time, and goes on where another one ended.</summary>
internal sealed partial class ModelKeeper(
    ModelStore models, ModelFitter fitter, ModelBuilder builder, EmbeddingProvider provider, IOptions<SearchOptions> options, ILogger<ModelKeeper> logger)
{
    /// <param name="messages">How many messages are indexed.</param>
    /// <param name="cancellationToken">Ends it between two steps.</param>
    public async Task KeepAsync(long messages, CancellationToken cancellationToken)
    {
        await builder.DeleteRetiredAsync(cancellationToken);
        var rows = await models.RowsAsync(cancellationToken);
        if (options.Value.Embeddings == EmbeddingSource.None)
        {
            foreach (var row in rows)
                await builder.RetireAsync(row.Id, cancellationToken);
            return;
        }

        foreach (var row in rows.Where(row => !row.IsCurrent && !IsWanted(row)))
            await builder.RetireAsync(row.Id, cancellationToken);
        var current = rows.FirstOrDefault(row => row.IsCurrent);
        var building = rows.FirstOrDefault(row => !row.IsCurrent && IsWanted(row))?.Id;
        if (building is null && NeedsNew(current, messages))
            building = provider.ModelName is null ? await FitAsync(messages, cancellationToken) : await fitter.AddProvidedAsync(messages, cancellationToken);
        if (building is { } model && await models.FindAsync(model, cancellationToken) is { } embedder)
        {
            // Vectors of a provider that is not configured here any more are of no use to wait with.
            if (await builder.BuildAsync(embedder, mayWait: current is not null && (current.IsLocal || provider.Knows(current.Name)), cancellationToken))
                LogInUse(model);
        }
    }

    private async Task<int?> FitAsync(long messages, CancellationToken cancellationToken)
    {
        var model = await fitter.FitAsync(messages, cancellationToken);
        if (model is not null)
            SearchTelemetry.Fitted.Add(1);
        return model;
    }

    private bool IsWanted(ModelRow row) => provider.ModelName is null ? row.IsLocal : provider.Knows(row.Name);

    private bool NeedsNew(ModelRow? current, long messages) => provider.ModelName is not null
        ? current is null || !provider.Knows(current.Name)
        : messages >= options.Value.MinimumMessages && (current is not { IsLocal: true } || messages >= current.FittedOn * options.Value.RefitGrowth);

    [LoggerMessage(LogLevel.Information, "Search uses embedding model {Model} from now on")]
    private partial void LogInUse(int model);
}
