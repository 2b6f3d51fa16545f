using ConversationApi.Search.Models;
using ConversationApi.Work;
using ConversationData.Connections;
using ConversationData.Work;
using Microsoft.Extensions.Options;
using Npgsql;

namespace ConversationApi.Search.Indexing;

/// <summary>Makes mail findable: its words, and its vector for every model that is in use or being built.</summary>
internal sealed partial class MessageIndexer(
    ConversationDataSource data, ModelStore models, EmbeddingProvider provider, WorkQueue queue, WorkSignals signals, IOptions<SearchOptions> options, ILogger<MessageIndexer> logger)
    : WorkLoop(queue, signals, logger)
{
    // What passes by itself has passed by then; otherwise one of the messages may be why.
    private const int AttemptsTogether = 3;
    private static readonly TimeSpan _whileLocked = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _longestPause = TimeSpan.FromMinutes(10);

    protected override WorkKind Kind => WorkKind.Index;

    protected override int Most => options.Value.IndexBatch;

    protected override TimeSpan Lease => TimeSpan.FromMinutes(5);

    protected override TimeSpan PollInterval => options.Value.IndexInterval;

    protected override async Task DoAsync(IReadOnlyList<WorkItem> items, CancellationToken cancellationToken)
    {
        using var span = SearchTelemetry.Source.StartActivity("index messages");
        span?.SetTag("messages", items.Count);
        try
        {
            await IndexAsync(items, cancellationToken);
        }
        catch (PostgresException e) when (e.SqlState[..2] is "22" or "23" or "54")
        {
            // The server refuses some message: the others must not suffer for it.
            LogRefused(e, items.Count);
            if (items.Count == 1)
            {
                await Queue.GiveUpAsync(Kind, items, e.MessageText, cancellationToken);
                return;
            }

            await DoAsync([.. items.Take(items.Count / 2)], cancellationToken);
            await DoAsync([.. items.Skip(items.Count / 2)], cancellationToken);
        }
        catch (EmbeddingFailedException e)
        {
            LogNotEmbedded(e, items.Count);
            var attempts = items.Max(item => item.Attempts);
            if (items.Count == 1 || (e.Passing && (attempts < AttemptsTogether || !await provider.IsOfTextsAsync(e, cancellationToken))))
            {
                await Queue.RetryAsync(Kind, items, e.Passing ? PauseAfter(attempts, e.After) : _longestPause, e.Message, cancellationToken);
                return;
            }

            await DoAsync([.. items.Take(items.Count / 2)], cancellationToken);
            await DoAsync([.. items.Skip(items.Count / 2)], cancellationToken);
        }
    }

    private async Task IndexAsync(IReadOnlyList<WorkItem> items, CancellationToken cancellationToken)
    {
        var messages = items.Select(item => item.MessageId).ToArray();
        await using var write = await data.BeginWriteAsync(cancellationToken);
        var (connection, transaction) = write;
        var step = new IndexTransaction(connection, transaction, options.Value);
        var (texts, locked) = await step.StoreAsync(messages, cancellationToken);
        var live = await models.LiveAsync(connection, transaction, cancellationToken);
        foreach (var model in live.OfType<LocalModel>())
            await step.EmbedAsync(model, texts, cancellationToken);
        var done = items.Where(item => !locked.Contains(item.MessageId)).ToList();
        var others = live.Where(model => model is not LocalModel).ToList();
        if (others.Count == 0)
            await step.CompleteAsync(done, cancellationToken);
        await write.CommitAsync();
        SearchTelemetry.Indexed.Add(texts.Count);

        if (locked.Count > 0)
            await Queue.RetryAsync(Kind, [.. items.Where(item => locked.Contains(item.MessageId))], _whileLocked, "Somebody was changing the message.", cancellationToken);
        if (others.Count > 0)
            await EmbedAsync(others, texts, done, cancellationToken);
    }

    /// <summary>What takes a provider happens outside of any transaction.</summary>
    private async Task EmbedAsync(IReadOnlyList<IEmbedder> others, IReadOnlyList<IndexedText> texts, IReadOnlyList<WorkItem> done, CancellationToken cancellationToken)
    {
        foreach (var model in others)
        {
            var vectors = await model.EmbedAsync(texts, cancellationToken);
            await using var write = await data.BeginWriteAsync(cancellationToken);
            var (connection, transaction) = write;
            var step = new IndexTransaction(connection, transaction, options.Value);
            await step.StoreVectorsAsync(model.ModelId, texts, vectors, cancellationToken);
            if (model == others[^1])
                await step.CompleteAsync(done, cancellationToken);
            await write.CommitAsync();
        }
    }

    private static TimeSpan PauseAfter(int attempts, TimeSpan? asked)
    {
        var pause = TimeSpan.FromSeconds(Math.Min(_longestPause.TotalSeconds, Math.Pow(2, Math.Min(attempts, 12) - 1) * (0.5 + Random.Shared.NextDouble())));
        return asked > pause ? asked.Value : pause;
    }

    [LoggerMessage(LogLevel.Warning, "A batch of {Count} messages cannot be indexed together")]
    private partial void LogRefused(Exception exception, int count);

    [LoggerMessage(LogLevel.Warning, "{Count} messages have no vector yet; they will be tried again")]
    private partial void LogNotEmbedded(Exception exception, int count);
}
