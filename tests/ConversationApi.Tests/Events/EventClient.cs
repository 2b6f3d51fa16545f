using System.Net;
using System.Text.Json;

namespace ConversationApi.Tests.Events;

/// <summary>Listens to the stream as a browser does.</summary>
internal sealed class EventClient : IAsyncDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);
    private readonly HttpClient _client;
    private readonly HttpResponseMessage _response;
    private readonly StreamReader _reader;
    private Task<string?>? _line;

    private EventClient(HttpClient client, HttpResponseMessage response, StreamReader reader) => (_client, _response, _reader) = (client, response, reader);

    /// <summary>What it would send as Last-Event-ID.</summary>
    public string? LastId { get; private set; }

    public int KeepAlives { get; private set; }

    public string? Retry { get; private set; }

    public static async Task<EventClient> OpenAsync(ApiServer api, string query = "", string? lastEventId = null, string? key = ApiServer.BootstrapKey)
    {
        var client = api.CreateClient(key);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/events{query}");
        if (lastEventId is not null)
            request.Headers.Add("Last-Event-ID", lastEventId);
        var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        var opened = new EventClient(client, response, new StreamReader(await response.Content.ReadAsStreamAsync()));
        // The place from which it listens comes first.
        while (opened.LastId is null)
            Assert.Null(await opened.BlockAsync(_patience));
        return opened;
    }

    /// <summary>The next event; null when the stream ended.</summary>
    public async Task<ReceivedEvent?> NextAsync()
    {
        var end = DateTime.UtcNow + _patience;
        while (true)
        {
            if (await BlockAsync(_patience) is { } block)
                return block.Name.Length == 0 ? null : block;
            Assert.True(DateTime.UtcNow < end, "Only keep-alives come.");
        }
    }

    public async Task<List<ReceivedEvent>> TakeAsync(int count)
    {
        var events = new List<ReceivedEvent>();
        while (events.Count < count)
            events.Add(await NextAsync() ?? throw new EndOfStreamException($"The stream ended after {events.Count} events."));
        return events;
    }

    /// <summary>Asserts that nothing comes for a while.</summary>
    public async Task ExpectSilenceAsync(TimeSpan time)
    {
        var end = DateTime.UtcNow + time;
        while (end - DateTime.UtcNow is var rest && rest > TimeSpan.Zero)
        {
            try
            {
                Assert.Null(await BlockAsync(rest));
            }
            catch (TimeoutException)
            {
                return;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        _response.Dispose();
        _client.Dispose();
        if (_line is not null)
            await Task.WhenAny(_line);
        _reader.Dispose();
    }

    /// <summary>Null for a block that is no event, an event without a name for the end.</summary>
    private async Task<ReceivedEvent?> BlockAsync(TimeSpan patience)
    {
        string? name = null, data = null;
        while (true)
        {
            // A line that was waited for in vain is not lost: the next one who asks gets it.
            _line ??= _reader.ReadLineAsync();
            var line = await _line.WaitAsync(patience);
            _line = null;
            if (line is null)
                return new("", default);
            if (line.Length == 0)
                return name is null ? null : new(name, JsonSerializer.Deserialize<JsonElement>(data!));
            if (line.StartsWith("id: ", StringComparison.Ordinal))
                LastId = line[4..];
            else if (line.StartsWith("event: ", StringComparison.Ordinal))
                name = line[7..];
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
                data = line[6..];
            else if (line.StartsWith("retry: ", StringComparison.Ordinal))
                Retry = line[7..];
            else
                KeepAlives += line == ": keep-alive" ? 1 : throw new InvalidDataException(line);
        }
    }
}

internal sealed record ReceivedEvent(string Name, JsonElement Data)
{
    public string? Reason => Data.GetProperty("reason").GetString();

    public Guid Conversation => Data.GetProperty("conversationId").GetGuid();
}
