using System.Diagnostics;
using ConversationApi.Work;
using ConversationData.Work;
using Microsoft.Extensions.Options;

namespace ConversationApi.Delivery.Sending;

/// <summary>Hands queued mail to the provider. What may have been sent already is asked for before it is sent again.</summary>
internal sealed partial class DeliveryLoop(
    WorkQueue queue, WorkSignals signals, SendingStore store, IMailProvider provider, BegunMail begunMail, KnownAttempts attempts, DeliveryFault fault, IOptions<DeliveryOptions> options, TimeProvider time, ILogger<DeliveryLoop> logger)
    : WorkLoop(queue, signals, logger)
{
    private const int LastQuestions = 3;
    private static readonly TimeSpan _patienceAtStop = TimeSpan.FromSeconds(5);
    private readonly DeliveryOptions _options = options.Value;

    protected override WorkKind Kind => WorkKind.Deliver;

    protected override int Most => _options.AtOnce;

    protected override TimeSpan Lease => _options.Lease;

    protected override TimeSpan PollInterval => _options.PollInterval;

    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (_options.Provider == DeliveryProvider.None)
            return Task.CompletedTask;
        if (!_options.Paused)
            return base.ExecuteAsync(stoppingToken);
        LogPaused();
        return Task.CompletedTask;
    }

    protected override async Task DoAsync(IReadOnlyList<WorkItem> items, CancellationToken cancellationToken)
    {
        var refused = await Task.WhenAll(items.Select(item => DeliverAsync(item, cancellationToken)));
        // The next mail would be refused as well.
        if (refused.Contains(true))
            await Task.Delay(_options.RefusedFor, time, cancellationToken);
    }

    /// <returns>Whether the provider refuses us.</returns>
    private async Task<bool> DeliverAsync(WorkItem item, CancellationToken stoppingToken)
    {
        using var activity = DeliveryTelemetry.Source.StartActivity("deliver mail", ActivityKind.Client);
        activity?.SetTag("conversation.message.id", item.MessageId);
        // Mail that is older than the server's timeline may have been sent on the one before.
        var (timeline, old) = (attempts.Timeline, attempts.SinceChange is { } change && change < _options.AskOlderThan ? change : _options.AskOlderThan);
        if (await store.BeginAsync(item, old, stoppingToken) is not { } begun)
            return false;

        attempts.Follow(begun.Timeline);
        var isNew = timeline is not null && timeline != begun.Timeline;
        var forgotten = isNew || begun.Old || (item.Attempts > 1 && !attempts.Contains(item.MessageId, item.Attempts, begun.Timeline));
        var since = begunMail.Since(item.MessageId);
        var before = since ?? (forgotten ? attempts.SinceChange : null);
        // The database knows nothing of it, after a failover, and the provider's search cannot yet.
        if (before < _options.AskAfter)
        {
            await store.AgainAsync(item, _options.AskAfter - before.Value, "It may have been sent a moment ago; the provider is asked for it first.", inDoubt: true, counts: false, CancellationToken.None);
            return false;
        }

        if (since is null)
            begunMail.Touch(item.MessageId);

        // A send that goes on when the claim may be another's would be sent twice; one that a stopping service cuts off is in doubt.
        using var patience = new CancellationTokenSource(_options.Lease - _options.AskAfter, time);
        await using var stopping = stoppingToken.Register(() => patience.CancelAfter(_patienceAtStop));
        var (outcome, isKnown) = await HandOverAsync(begun.Mail, since is not null || item.InDoubt || forgotten, item.Attempts <= _options.MaxAttempts, patience.Token);
        if (isKnown && outcome.Kind != HandoverKind.Accepted)
        {
            begunMail.Remove(item.MessageId);
            attempts.Add(item.MessageId, outcome.Kind == HandoverKind.Misconfigured ? item.Attempts : item.Attempts + 1, begun.Timeline);
        }

        activity?.SetTag("outcome", outcome.Kind.ToString());
        if (outcome.Kind != HandoverKind.Accepted)
            activity?.SetStatus(ActivityStatusCode.Error, outcome.Logged);
        await RecordAsync(item, outcome, isKnown);
        return outcome.Kind == HandoverKind.Misconfigured;
    }

    /// <returns>How it went, and whether that says that the mail is not with the provider.</returns>
    private async Task<(Handover Outcome, bool Known)> HandOverAsync(MailToSend mail, bool ask, bool mayStill, CancellationToken cancellationToken)
    {
        if (ask)
        {
            var found = await provider.FindAsync(mail.Id, cancellationToken);
            if (found.Kind != HandoverKind.Absent)
                return (found, false);
            if (!mayStill)
                return (found with { Reason = "The last attempt came to nothing: the provider was asked, and has not got it." }, true);
        }

        var started = time.GetTimestamp();
        var outcome = await provider.SendAsync(mail, cancellationToken);
        DeliveryTelemetry.Attempt(provider, outcome, time.GetElapsedTime(started));
        begunMail.Touch(mail.Id);
        return (outcome, outcome.Kind != HandoverKind.InDoubt);
    }

    // Nothing here is cancelled: what happened must be written down. Should that fail, the mail comes back after its lease, in doubt.
    private async Task RecordAsync(WorkItem item, Handover outcome, bool known)
    {
        var reason = outcome.Reason ?? outcome.Kind.ToString();
        if (outcome.Kind == HandoverKind.Misconfigured)
        {
            if (fault.Set(outcome.Logged))
                LogRefused(provider.Name, outcome.Logged);
            await store.AgainAsync(item, _options.RefusedFor, reason, inDoubt: !known, counts: false, CancellationToken.None);
            return;
        }

        if (outcome.Kind is HandoverKind.Accepted or HandoverKind.Refused && fault.Clear())
            LogTaken(provider.Name);
        if (outcome.Kind == HandoverKind.Accepted)
        {
            await store.SentAsync(item, outcome.ProviderId, CancellationToken.None);
            LogSent(item.MessageId, provider.Name);
        }
        // After the last attempt what is in doubt is only asked for, and not for ever.
        else if (outcome.Kind is HandoverKind.Refused or HandoverKind.Absent || item.Attempts >= _options.MaxAttempts + (known ? 0 : LastQuestions))
        {
            LogGivenUp(item.MessageId, item.Attempts, outcome.Logged);
            await store.GiveUpAsync(item, reason, inDoubt: !known, CancellationToken.None);
        }
        else
        {
            var after = BackOff.Of(item.Attempts, outcome.After, _options, Random.Shared.NextDouble());
            if (!known && after < _options.AskAfter)
                after = _options.AskAfter;
            LogAgain(item.MessageId, item.Attempts, after, outcome.Logged);
            await store.AgainAsync(item, after, reason, inDoubt: !known, counts: true, CancellationToken.None);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Delivery is paused (Delivery:Paused): mail stays queued")]
    private partial void LogPaused();

    [LoggerMessage(LogLevel.Information, "Mail {MessageId} was handed to {Provider}")]
    private partial void LogSent(Guid messageId, string provider);

    [LoggerMessage(LogLevel.Information, "Mail {MessageId} was not sent at attempt {Attempt}, again in {After}: {Reason}")]
    private partial void LogAgain(Guid messageId, int attempt, TimeSpan after, string reason);

    [LoggerMessage(LogLevel.Warning, "Mail {MessageId} is given up after {Attempts} attempts: {Reason}")]
    private partial void LogGivenUp(Guid messageId, int attempts, string reason);

    [LoggerMessage(LogLevel.Error, "{Provider} takes no mail from us, whatever it says; all mail waits until that is put right: {Reason}")]
    private partial void LogRefused(string provider, string reason);

    [LoggerMessage(LogLevel.Information, "{Provider} takes our mail again")]
    private partial void LogTaken(string provider);
}
