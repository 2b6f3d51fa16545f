using System.Diagnostics;
using ConversationApi.Suggestions.Drafting;
using ConversationApi.Work;
using ConversationData.Connections;
using ConversationData.Work;
using Microsoft.Extensions.Options;
using Npgsql;

namespace ConversationApi.Suggestions;

/// <summary>Drafts replies in the background.</summary>
internal sealed partial class SuggestionLoop(
    WorkQueue queue, WorkSignals signals, ContextReader contexts, IDrafter drafter, SuggestionStore store, IOptions<SuggestionOptions> options, ILogger<SuggestionLoop> logger)
    : WorkLoop(queue, signals, logger)
{
    private const string NothingSimilar = "nothing similar was answered before.";
    private const string Unwanted = "the message does not wait for an answer any more.";

    protected override WorkKind Kind => WorkKind.Suggest;

    protected override int Most => options.Value.AtOnce;

    // Longer than a provider is ever waited for.
    protected override TimeSpan Lease { get; } = TimeSpan.FromMinutes(15);

    protected override TimeSpan PollInterval => options.Value.PollInterval;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => options.Value.Enabled ? base.ExecuteAsync(stoppingToken) : Task.CompletedTask;

    protected override Task DoAsync(IReadOnlyList<WorkItem> items, CancellationToken cancellationToken) => Task.WhenAll(items.Select(item => DoAsync(item, cancellationToken)));

    private async Task DoAsync(WorkItem item, CancellationToken cancellationToken)
    {
        using var span = SuggestionTelemetry.Source.StartActivity("draft reply");
        span?.SetTag("conversation.message.id", item.MessageId);
        var began = Stopwatch.GetTimestamp();
        try
        {
            if (await DraftAsync(item, cancellationToken) is { } outcome)
            {
                SuggestionTelemetry.Duration.Record(Stopwatch.GetElapsedTime(began).TotalSeconds);
                SuggestionTelemetry.Made.Add(1);
                LogMade(item.MessageId, outcome.Model);
            }
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && !IsOfTheDatabase(e))
        {
            // What nobody foresaw may happen again each time, after the model was paid.
            var failure = e as DraftFailedException ?? new($"It went wrong here: {e.GetType().Name}.", passing: false, innerException: e);
            span?.SetStatus(ActivityStatusCode.Error, failure.Message);
            SuggestionTelemetry.Failed.Add(1);
            await SayFailedAsync(item, failure, cancellationToken);
        }
    }

    /// <returns>What was stored; null when nothing was.</returns>
    private async Task<Draft?> DraftAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var reason = Unwanted;
        if (await store.IsWantedAsync(item.MessageId, another: item.Options is not null, cancellationToken)
            && await contexts.ReadAsync(item.MessageId, cancellationToken) is { } context)
        {
            if (await drafter.DraftAsync(context, SuggestionWish.FromJson(item.Options), cancellationToken) is not { } draft)
                reason = NothingSimilar;
            else if (await store.KeepAsync(item, draft, cancellationToken))
                return draft;
        }

        if (item.Options is null || !await store.TellFailedAsync(item, reason, givenUp: false, cancellationToken))
            await Queue.CompleteAsync(Kind, [item], cancellationToken);
        return null;
    }

    private async Task SayFailedAsync(WorkItem item, DraftFailedException failure, CancellationToken cancellationToken)
    {
        if (item.Attempts < (failure.Passing ? options.Value.Attempts : options.Value.RefusedAttempts))
        {
            // Only our words: what a provider says may repeat the mail, or the key.
            LogRetry(item.MessageId, item.Attempts, failure.Message);
            await Queue.RetryAsync(Kind, [item], WaitAfter(item.Attempts, failure.After), failure.Message, cancellationToken);
            return;
        }

        LogGivenUp(item.MessageId, item.Attempts, failure.Message);
        if (item.Options is null || !await store.TellFailedAsync(item, failure.Message, givenUp: true, cancellationToken))
            await Queue.GiveUpAsync(Kind, [item], failure.Message, cancellationToken);
    }

    // The work comes back after its lease, and this says nothing of the draft.
    private static bool IsOfTheDatabase(Exception e) => e switch
    {
        PostgresException p => p.IsTransient || p.SqlState.StartsWith("57P", StringComparison.Ordinal) || p.SqlState == PostgresErrorCodes.ReadOnlySqlTransaction,
        _ => e is NpgsqlException or CommitInDoubtException or TimeoutException or IOException,
    };

    // Between half and all of it, so that what failed together does not come back together.
    private TimeSpan WaitAfter(int attempt, TimeSpan? asked)
    {
        var longest = options.Value.RetryAtMost.TotalSeconds;
        var seconds = Math.Min(longest, options.Value.RetryAfter.TotalSeconds * Math.Pow(2, Math.Min(attempt - 1, 40))) * (0.5 + (Random.Shared.NextDouble() / 2));
        return TimeSpan.FromSeconds(Math.Min(longest, Math.Max(seconds, asked?.TotalSeconds ?? 0)));
    }

    [LoggerMessage(LogLevel.Information, "A reply to message {MessageId} was drafted by {Model}")]
    private partial void LogMade(Guid messageId, string model);

    [LoggerMessage(LogLevel.Warning, "No reply to message {MessageId} was drafted at attempt {Attempt}, and it is tried again later: {Reason}")]
    private partial void LogRetry(Guid messageId, int attempt, string reason);

    [LoggerMessage(LogLevel.Error, "No reply to message {MessageId} is drafted: given up after {Attempts} attempts: {Reason}")]
    private partial void LogGivenUp(Guid messageId, int attempts, string reason);
}
