using System.Buffers;
using System.Globalization;
using System.Text;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http.Features;

namespace ConversationApi.Events;

/// <summary>Writes what concerns a client, and knows how far it is.</summary>
internal sealed class EventStreamWriter(HttpResponse response, Guid? conversationId)
{
    private EventCursor _place;

    public async Task BeginAsync(EventCursor place, TimeSpan retry, CancellationToken cancellationToken)
    {
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-store";
        // Proxies of the nginx kind hold answers back otherwise.
        response.Headers["X-Accel-Buffering"] = "no";
        response.HttpContext.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        _place = place;
        // An id without data is no event, but is where the client goes on if it loses the connection before the first one.
        await WriteAsync(string.Create(CultureInfo.InvariantCulture, $"retry: {(long)retry.TotalMilliseconds}\nid: {place}\n\n"), cancellationToken);
    }

    public async Task WriteAsync(IReadOnlyList<StreamItem> items, EventCursor end, CancellationToken cancellationToken)
    {
        foreach (var item in items)
            Take(item);
        _place = end;
        await response.BodyWriter.FlushAsync(cancellationToken);
    }

    public async Task WriteAsync(ChannelReader<StreamItem> items, CancellationToken cancellationToken)
    {
        while (items.TryRead(out var item))
        {
            // What the client has heard already comes again when it comes from a replica that was ahead.
            if (item.ConversationId is not null && item.Cursor.Timeline == _place.Timeline && !_place.IsBefore(item.Cursor))
                continue;
            Take(item);
            if (response.BodyWriter.UnflushedBytes > 16 * 1024)
                await response.BodyWriter.FlushAsync(cancellationToken);
        }

        await response.BodyWriter.FlushAsync(cancellationToken);
    }

    /// <summary>Says where the client is too, so that one that hears little of much does not fall behind what is kept.</summary>
    public Task KeepAliveAsync(CancellationToken cancellationToken) => WriteAsync($": keep-alive\nid: {_place}\n\n", cancellationToken);

    private void Take(StreamItem item)
    {
        _place = item.Cursor;
        if (conversationId is null || item.ConversationId is null || item.ConversationId == conversationId)
            response.BodyWriter.Write(item.Bytes.Span);
    }

    private async Task WriteAsync(string text, CancellationToken cancellationToken)
    {
        response.BodyWriter.Write(Encoding.UTF8.GetBytes(text));
        await response.BodyWriter.FlushAsync(cancellationToken);
    }
}
