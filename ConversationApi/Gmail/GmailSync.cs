using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Net;
using Microsoft.Extensions.Options;

namespace ConversationApi.Gmail;

/// <summary>
/// Reads a mailbox: all that its query finds at first, then what changes. The state moves on when the mail of a page is stored, so that
/// whoever dies in between loses nothing; what is read twice is stored once.
/// </summary>
internal sealed partial class GmailSync(GmailClient gmail, GmailPage page, GmailMailboxes mailboxes, IOptions<GmailOptions> options, TimeProvider time, ILogger<GmailSync> logger) : BackgroundService
{
    private static readonly ActivitySource _activities = new("ConversationPlatform.Api.Gmail");
    private static readonly Meter _meter = new("ConversationPlatform.Api.Gmail");
    private static readonly Counter<long> _messages = _meter.CreateCounter<long>("conversation_platform.gmail.messages", "{message}", "New messages that a mailbox had.");
    private static readonly Histogram<double> _rounds = _meter.CreateHistogram<double>("conversation_platform.gmail.round.duration", "s", "How long it took to read what was new in a mailbox.");

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var faults = 0;
        using var timer = new PeriodicTimer(options.Value.PollInterval, time);
        try
        {
            do
            {
                try
                {
                    if (await mailboxes.ClaimAsync(stoppingToken) is { } state)
                        await RoundAsync(state, stoppingToken);
                    faults = 0;
                }
                catch (Exception e) when (!stoppingToken.IsCancellationRequested)
                {
                    if (faults++ == 0)
                        LogFault(e);
                    await TellAsync(e, stoppingToken);
                }
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await LeaveAsync();
        }
    }

    private async Task RoundAsync(GmailState state, CancellationToken cancellationToken)
    {
        using var activity = _activities.StartActivity("gmail round");
        var began = time.GetTimestamp();
        if (state.HistoryId is null)
            state = await ListAsync(state, cancellationToken);
        try
        {
            await FollowAsync(state, cancellationToken);
        }
        catch (GmailException e) when (e.Status == HttpStatusCode.NotFound)
        {
            LogExpired(state.HistoryId);
            state = await ListAsync(state with { HistoryId = null, ListingFrom = null, ListingQuery = null }, cancellationToken);
            await FollowAsync(state, cancellationToken);
        }

        await mailboxes.SyncedAsync(cancellationToken);
        _rounds.Record(time.GetElapsedTime(began).TotalSeconds);
    }

    private async Task<GmailState> ListAsync(GmailState state, CancellationToken cancellationToken)
    {
        if (state.ListingFrom is null)
        {
            // First: what comes while the mailbox is being listed is read afterwards.
            var profile = await gmail.ProfileAsync(cancellationToken);
            state = await mailboxes.SaveAsync(state with { ListingFrom = checked((long)(profile.HistoryId ?? 1)), ListingQuery = QueryFor(state) }, 0, cancellationToken);
        }

        // Gmail lists the newest first, but a conversation begins with its oldest mail, and its last one tells how it stands.
        var ids = await AllIdsAsync(state, cancellationToken);
        ids.Reverse();
        var waiting = ids.Count;
        foreach (var chunk in ids.Chunk(options.Value.PageSize))
        {
            _messages.Add(await page.TakeAsync(chunk, cancellationToken));
            await mailboxes.SaveAsync(state, waiting -= chunk.Length, cancellationToken);
        }

        return await mailboxes.SaveAsync(state with { HistoryId = state.ListingFrom, ListingFrom = null, ListingQuery = null }, 0, cancellationToken);
    }

    /// <summary>Whoever begins again lists again: what is stored already is known by its id.</summary>
    private async Task<List<string?>> AllIdsAsync(GmailState state, CancellationToken cancellationToken)
    {
        var ids = new List<string?>();
        string? token = null;
        do
        {
            var list = await gmail.ListAsync(state.ListingQuery!, token, cancellationToken);
            ids.AddRange((list.Messages ?? []).Select(m => m.Id));
            token = list.NextPageToken;
            await mailboxes.SaveAsync(state, ids.Count, cancellationToken);
        }
        while (token is { Length: > 0 });
        return ids;
    }

    private async Task FollowAsync(GmailState state, CancellationToken cancellationToken)
    {
        var since = state.HistoryId!.Value;
        string? token = null;
        do
        {
            var changes = await gmail.HistoryAsync(since, token, cancellationToken);
            var history = changes.History ?? [];
            var added = history.SelectMany(h => h.MessagesAdded ?? []).Where(a => a.Message is not null && GmailMails.IsWanted(a.Message.LabelIds, []));
            // What was taken for spam, or thrown away, is mail after all.
            var back = history.SelectMany(h => h.LabelsRemoved ?? []).Where(r => r.LabelIds?.Any(label => label is "SPAM" or "TRASH") == true);
            var labelled = history.SelectMany(h => h.LabelsAdded ?? []).Where(l => l.LabelIds?.Any(options.Value.Labels.Contains) == true);
            var ids = added.Concat(back).Concat(labelled).Select(c => c.Message?.Id).OfType<string>().Distinct(StringComparer.Ordinal).ToList();
            // Said before they are fetched, so that what cannot be is seen to wait.
            if (ids.Count > 0)
                await mailboxes.SaveAsync(state, ids.Count, cancellationToken);
            _messages.Add(await page.TakeAsync(ids, cancellationToken));
            token = changes.NextPageToken;
            var reached = token is null ? changes.HistoryId : history.Max(h => h.Id);
            state = await mailboxes.SaveAsync(state with { HistoryId = Math.Max(state.HistoryId!.Value, checked((long)(reached ?? 0))) }, 0, cancellationToken);
        }
        while (token is not null);
    }

    /// <summary>After a long absence the query may not reach back far enough.</summary>
    private string QueryFor(GmailState state) =>
        state.LastSyncedAt is { } last ? string.Create(CultureInfo.InvariantCulture, $"after:{(last - TimeSpan.FromDays(1)).ToUnixTimeSeconds()}") : options.Value.Query;

    private async Task TellAsync(Exception fault, CancellationToken cancellationToken)
    {
        try
        {
            await mailboxes.FailedAsync(fault.Message, cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            LogUntold(e);
        }
    }

    private async Task LeaveAsync()
    {
        try
        {
            await mailboxes.ReleaseAsync();
        }
        catch (Exception e)
        {
            // Then the lease ends by itself.
            LogUntold(e);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The Gmail mailbox could not be read; it is tried again")]
    private partial void LogFault(Exception exception);

    [LoggerMessage(LogLevel.Warning, "Gmail does not know what changed since {HistoryId} any more; the mailbox is listed again")]
    private partial void LogExpired(long? historyId);

    [LoggerMessage(LogLevel.Debug, "How reading the mailbox went could not be recorded")]
    private partial void LogUntold(Exception exception);
}
