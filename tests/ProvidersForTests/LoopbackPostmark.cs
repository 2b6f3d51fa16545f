using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using System.Web;

namespace ProvidersForTests;

/// <summary>
/// Postmark as its documentation has it: a token, error codes, no idempotency (asked twice it sends twice), Message-IDs of its own unless told
/// to keep ours, and a search by metadata that may lag.
/// </summary>
public sealed class LoopbackPostmark : LoopbackServer
{
    private readonly ConcurrentQueue<SentMail> _sent = [];
    private TaskCompletionSource? _hold;
    private TaskCompletionSource? _holdBefore;

    /// <summary>The token that it knows.</summary>
    public string Token { get; set; } = "postmark-token-of-a-test";

    /// <summary>The only address that it sends from.</summary>
    public string Signature { get; set; } = "desk@platform.example";

    /// <summary>Recipients that bounced before.</summary>
    public ISet<string> Inactive { get; } = new HashSet<string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>How long a mail cannot be found after it was sent.</summary>
    public TimeSpan SearchLag { get; set; }

    /// <summary>What it has sent, in order.</summary>
    public IReadOnlyCollection<SentMail> Sent => _sent;

    /// <summary>Starts one.</summary>
    public static async Task<LoopbackPostmark> StartAsync()
    {
        var server = new LoopbackPostmark();
        await server.ListenAsync();
        return server;
    }

    /// <summary>From now on mail is sent, but the answers wait for <see cref="Release"/>.</summary>
    public void Hold() => _hold = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>From now on requests to send wait, until <see cref="Forget"/> drops them unheard.</summary>
    public void HoldBeforeSending() => _holdBefore = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Drops the requests that wait: who made them is gone.</summary>
    public void Forget()
    {
        Interlocked.Exchange(ref _holdBefore, null)?.TrySetCanceled();
        Release();
    }

    /// <summary>Gives the answers that were held.</summary>
    public void Release() => Interlocked.Exchange(ref _hold, null)?.TrySetResult();

    /// <inheritdoc />
    protected override async Task<(HttpStatusCode Status, string Json)> AnswerAsync(ProviderRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (!request.Headers.TryGetValue("X-Postmark-Server-Token", out var token) || token != Token)
            return (HttpStatusCode.Unauthorized, """{"ErrorCode":10,"Message":"The Server Token you provided in the X-Postmark-Server-Token request header was invalid."}""");
        var (path, query) = request.Path.Split('?', 2) is [var p, var q] ? (p, q) : (request.Path, "");
        if (_holdBefore is { } wait && request.Method == "POST")
            await wait.Task;
        var answer = (request.Method, path) switch
        {
            ("POST", "/email") => Send(request),
            ("GET", "/messages/outbound") => Search(HttpUtility.ParseQueryString(query)),
            _ => (HttpStatusCode.NotFound, """{"ErrorCode":0,"Message":"Not found"}"""),
        };
        if (_hold is { } hold && request.Method == "POST")
            await hold.Task;
        return answer;
    }

    private (HttpStatusCode, string) Send(ProviderRequest request)
    {
        JsonElement mail;
        try
        {
            mail = request.Json;
        }
        catch (JsonException)
        {
            return Refuse(402, "Received invalid JSON input.");
        }

        string Field(string name) => mail.TryGetProperty(name, out var value) ? value.GetString() ?? "" : "";
        if (Bare(Field("From")) != Signature)
            return Refuse(400, "The 'From' address you supplied is not a Sender Signature on your account.");
        if (Bare(Field("To")) is not { } to || to.Count(c => c == '@') != 1)
            return Refuse(300, "Invalid 'To' address.");
        if (Inactive.Contains(to))
            return Refuse(406, $"You tried to send to a recipient that has been marked as inactive. Found inactive addresses: {to}.");
        if (Field("TextBody").Length + Field("HtmlBody").Length == 0)
            return Refuse(300, "Provide either email TextBody or HtmlBody or both.");
        if (mail.TryGetProperty("Metadata", out var metadata) && metadata.EnumerateObject().Any(m => m.Name.Length > 20 || m.Value.GetString()!.Length > 80))
            return Refuse(300, "Metadata keys have at most 20 characters, values 80.");
        var sent = new SentMail(Guid.NewGuid().ToString(), mail, DateTimeOffset.UtcNow);
        _sent.Enqueue(sent);
        return (HttpStatusCode.OK, JsonSerializer.Serialize(new { To = to, SubmittedAt = sent.At, MessageID = sent.MessageId, ErrorCode = 0, Message = "OK" }));
    }

    private (HttpStatusCode, string) Search(System.Collections.Specialized.NameValueCollection query)
    {
        if (!int.TryParse(query["count"], out var count) || !int.TryParse(query["offset"], out var offset) || count is < 1 or > 500)
            return Refuse(600, "'count' and 'offset' are needed.");
        var found = _sent.Where(mail => mail.At + SearchLag <= DateTimeOffset.UtcNow
            && query.AllKeys.OfType<string>().Where(k => k.StartsWith("metadata_", StringComparison.Ordinal)).All(k => mail.Metadata(k["metadata_".Length..]) == query[k])
            && (!mail.Request.TryGetProperty("MessageStream", out var stream) || stream.GetString() == (query["messagestream"] ?? "outbound"))).Reverse().ToList();
        return (HttpStatusCode.OK, JsonSerializer.Serialize(new
        {
            TotalCount = found.Count,
            Messages = found.Skip(offset).Take(count).Select(mail => new
            {
                MessageID = mail.MessageId, mail.Subject, Status = "Sent", ReceivedAt = mail.At, Metadata = mail.Request.TryGetProperty("Metadata", out var metadata) ? metadata : default(JsonElement?),
            }),
        }));
    }

    private static (HttpStatusCode, string) Refuse(int code, string message) =>
        (HttpStatusCode.UnprocessableEntity, JsonSerializer.Serialize(new { ErrorCode = code, Message = message }));

    private static string Bare(string address) => address.LastIndexOf('<') is var open and >= 0 ? address[(open + 1)..^1] : address;
}
