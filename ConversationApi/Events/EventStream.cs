using Microsoft.Extensions.Options;
using ServiceDefaults.Problems;

namespace ConversationApi.Events;

/// <summary>Answers one client with events for as long as it stays.</summary>
internal sealed partial class EventStream(
    EventFeed feed, EventReader reader, StreamKey key, IOptions<EventOptions> options, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<EventStream> logger)
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    public async Task RunAsync(HttpContext context, Guid? conversationId, EventCursor? lastHeard)
    {
        using var listener = feed.Enter();
        if (listener is null)
        {
            await Problem.Of(EventProblems.TooManyListeners, "This replica has as many listeners as it takes. Try again later.").ExecuteAsync(context);
            return;
        }

        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping, listener.Dropped);
        try
        {
            // The first look at the database comes before the first byte, so that a client hears of a database that is away by a status.
            var page = lastHeard is { } after ? await reader.AfterAsync(after, end.Token) : null;
            var writer = new EventStreamWriter(context.Response, conversationId);
            if (page is null)
            {
                await writer.BeginAsync(await listener.JoinAsync(_patience, end.Token), options.Value.Retry, end.Token);
            }
            else
            {
                await writer.BeginAsync(lastHeard!.Value, options.Value.Retry, end.Token);
                await CatchUpAsync(writer, page, listener, end.Token);
            }

            await ListenAsync(context, writer, listener, end.Token);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            if (listener.Dropped.IsCancellationRequested && !context.RequestAborted.IsCancellationRequested)
            {
                LogDropped(options.Value.ClientBuffer);
                context.Abort();
            }
        }
    }

    /// <summary>Reads for itself what came before, until what the feed tells joins on to it.</summary>
    private async Task CatchUpAsync(EventStreamWriter writer, EventPage page, EventListener listener, CancellationToken cancellationToken)
    {
        await writer.WriteAsync(page.Items, page.End, cancellationToken);
        for (var joined = false; !page.IsWhole || !joined;)
        {
            // A long way is gone alone: the feed would not wait.
            if (page.IsWhole)
            {
                await listener.JoinAsync(Timeout.InfiniteTimeSpan, cancellationToken);
                joined = true;
            }

            var before = page.End;
            page = await PersistAsync(() => reader.AfterAsync(before, cancellationToken), cancellationToken);
            await writer.WriteAsync(page.Items, page.End, cancellationToken);
        }
    }

    private async Task ListenAsync(HttpContext context, EventStreamWriter writer, EventListener listener, CancellationToken cancellationToken)
    {
        using var pulse = new PeriodicTimer(options.Value.KeepAlive, time);
        var beat = pulse.WaitForNextTickAsync(cancellationToken).AsTask();
        var news = listener.Items.WaitToReadAsync(cancellationToken).AsTask();
        while (true)
        {
            if (await Task.WhenAny(news, beat) == beat)
            {
                await beat;
                if (!await key.IsGoodAsync(context, cancellationToken))
                    return;
                await writer.KeepAliveAsync(cancellationToken);
                beat = pulse.WaitForNextTickAsync(cancellationToken).AsTask();
            }

            if (!news.IsCompleted)
                continue;
            await news;
            await writer.WriteAsync(listener.Items, cancellationToken);
            news = listener.Items.WaitToReadAsync(cancellationToken).AsTask();
        }
    }

    /// <summary>The answer has begun: a database that is away is waited for.</summary>
    private async Task<T> PersistAsync<T>(Func<Task<T>> read, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await read();
            }
            catch (Exception e) when (e is Npgsql.NpgsqlException or TimeoutException or IOException)
            {
                await Task.Delay(TimeSpan.FromSeconds(1), time, cancellationToken);
            }
        }
    }

    [LoggerMessage(LogLevel.Information, "A listener was dropped: {Buffer} events waited for it")]
    private partial void LogDropped(int buffer);
}
