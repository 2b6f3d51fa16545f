using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Web;

namespace ProvidersForTests;

/// <summary>
/// Gmail with one mailbox, and the endpoint that gives tokens: pages, a history that may expire, tokens that are refused once they are
/// revoked. Messages are given in Gmail's own form.
/// </summary>
public sealed class LoopbackGmail : LoopbackServer
{
    private readonly Lock _lock = new();
    private readonly List<(ulong History, string Id, string Change, string? Label)> _history = [];
    private readonly Dictionary<string, JsonObject> _messages = [];
    private readonly Dictionary<string, HttpStatusCode> _broken = [];
    private readonly Dictionary<string, TimeSpan> _slow = [];
    private string _token = NewToken();
    private ulong _historyId = 1000;
    private ulong _oldest = 1000;

    private LoopbackGmail()
    {
    }

    /// <summary>How many tokens were given.</summary>
    public int TokensGiven { get; private set; }

    /// <summary>The most entries a page has, whatever is asked for.</summary>
    public int MostOnPage { get; set; } = 500;

    /// <summary>So many calls are refused because there were too many: by 403, as Gmail does it too.</summary>
    public int CallsToLimit { get; set; }

    /// <summary>Where tokens are given.</summary>
    public Uri TokenEndpoint => new(Address, "/token");

    /// <summary>Starts an empty mailbox.</summary>
    public static async Task<LoopbackGmail> StartAsync()
    {
        var server = new LoopbackGmail();
        await server.ListenAsync();
        return server;
    }

    /// <summary>Credentials that this server takes, as Google's JSON of an authorised user.</summary>
    public static string AuthorisedUser { get; } = """{"type":"authorized_user","client_id":"a client","client_secret":"a secret","refresh_token":"a refresh token"}""";

    /// <summary>The same of a service account, with a key made for it.</summary>
    public static string ServiceAccount()
    {
        using var key = RSA.Create(2048);
        return new JsonObject
        {
            ["type"] = "service_account", ["client_email"] = "robot@project.example", ["private_key_id"] = "1", ["private_key"] = key.ExportPkcs8PrivateKeyPem(),
        }.ToJsonString();
    }

    /// <summary>A message of headers and parts.</summary>
    public static JsonObject Message(string messageId, string subject, string text, string from = "lead@people.example", params (string Name, string Value)[] headers) => new()
    {
        ["threadId"] = $"t-{messageId}",
        ["payload"] = Part("text/plain", text,
            [("Message-ID", $"<{messageId}>"), ("From", from), ("To", "desk@platform.example"), ("Subject", subject), ("Date", "Mon, 01 Jan 2024 10:00:00 +0000"), .. headers]),
    };

    /// <summary>A part that holds text, as UTF-8 unless it is bytes already.</summary>
    public static JsonObject Part(string type, object content, params (string Name, string Value)[] headers)
    {
        var bytes = content as byte[] ?? Encoding.UTF8.GetBytes((string)content);
        return new()
        {
            ["mimeType"] = type, ["filename"] = "",
            ["headers"] = new JsonArray([.. headers.Select(h => (JsonNode)new JsonObject { ["name"] = h.Name, ["value"] = h.Value })]),
            ["body"] = new JsonObject { ["size"] = bytes.Length, ["data"] = System.Buffers.Text.Base64Url.EncodeToString(bytes) },
        };
    }

    /// <summary>Mail reaches the mailbox.</summary>
    /// <returns>Gmail's id of it.</returns>
    public string Add(JsonObject message, params string[] labels)
    {
        lock (_lock)
        {
            var id = (0x18c0000000000000UL + (ulong)_messages.Count).ToString("x16", CultureInfo.InvariantCulture);
            message["id"] = id;
            message["labelIds"] = new JsonArray([.. (labels.Length == 0 ? ["INBOX", "UNREAD"] : labels).Select(l => (JsonNode)l)]);
            message["internalDate"] ??= "1704103200000";
            message["historyId"] = (_historyId += 7).ToString(CultureInfo.InvariantCulture);
            _messages.Add(id, message);
            _history.Add((_historyId, id, "messageAdded", null));
            return id;
        }
    }

    /// <summary>The same of mail that takes so long from the first time on that it is asked for: see <see cref="Delay"/>.</summary>
    public string AddSlow(JsonObject message, TimeSpan time)
    {
        lock (_lock)
        {
            var id = Add(message);
            Delay(id, time);
            return id;
        }
    }

    /// <summary>A label is taken from a message.</summary>
    public void RemoveLabel(string id, string label)
    {
        lock (_lock)
        {
            _messages[id]["labelIds"] = new JsonArray([.. _messages[id]["labelIds"]!.AsArray().Select(l => l!.GetValue<string>()).Where(l => l != label).Select(l => (JsonNode)l)]);
            _history.Add((_historyId += 7, id, "labelRemoved", label));
        }
    }

    /// <summary>A label is given to a message.</summary>
    public void AddLabel(string id, string label)
    {
        lock (_lock)
        {
            _messages[id]["labelIds"]!.AsArray().Add(label);
            _history.Add((_historyId += 7, id, "labelAdded", label));
        }
    }

    /// <summary>A message is deleted for good.</summary>
    public void Delete(string id)
    {
        lock (_lock)
            _messages.Remove(id);
    }

    /// <summary>From now on this message is answered with what is no JSON, or refused.</summary>
    public void Break(string id, HttpStatusCode status = HttpStatusCode.OK)
    {
        lock (_lock)
            _broken[id] = status;
    }

    /// <summary>From now on this message takes so long; for ever with <see cref="Timeout.InfiniteTimeSpan"/>.</summary>
    public void Delay(string id, TimeSpan time)
    {
        lock (_lock)
            _slow[id] = time;
    }

    /// <summary>From now on this message is answered as it is.</summary>
    public void Mend(string id)
    {
        lock (_lock)
        {
            _broken.Remove(id);
            _slow.Remove(id);
        }
    }

    /// <summary>What happened before now is not known any more.</summary>
    public void ExpireHistory()
    {
        lock (_lock)
            _oldest = _historyId += 7;
    }

    /// <summary>The token that was given is refused from now on.</summary>
    public void RevokeToken()
    {
        lock (_lock)
            _token = NewToken();
    }

    /// <inheritdoc />
    protected override async Task<(HttpStatusCode Status, string Json)> AnswerAsync(ProviderRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var uri = new Uri(Address, request.Path);
        var query = HttpUtility.ParseQueryString(uri.Query);
        TimeSpan wait;
        lock (_lock)
            wait = _slow.GetValueOrDefault(uri.Segments[^1]);
        if (wait != TimeSpan.Zero)
            await Task.Delay(wait, Ending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_lock)
            return uri.AbsolutePath == "/token" ? GiveToken(request) : Answer(request, uri.AbsolutePath, query["pageToken"], query);
    }

    private (HttpStatusCode, string) GiveToken(ProviderRequest request)
    {
        var form = HttpUtility.ParseQueryString(request.Body);
        if (form["grant_type"] == "refresh_token" ? form["refresh_token"] != "a refresh token" : form["assertion"] is not { Length: > 0 })
            return (HttpStatusCode.BadRequest, """{"error":"invalid_grant"}""");
        TokensGiven++;
        return (HttpStatusCode.OK, new JsonObject { ["access_token"] = _token, ["token_type"] = "Bearer", ["expires_in"] = 3599 }.ToJsonString());
    }

    private (HttpStatusCode, string) Answer(ProviderRequest request, string path, string? pageToken, System.Collections.Specialized.NameValueCollection query)
    {
        if (request.Headers.GetValueOrDefault("Authorization") != $"Bearer {_token}")
            return Error(HttpStatusCode.Unauthorized, "authError", "Invalid Credentials");
        if (CallsToLimit-- > 0)
            return Error(HttpStatusCode.Forbidden, "userRateLimitExceeded", "User-rate limit exceeded.");
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (parts is not ["gmail", "v1", "users", _, var what, ..])
            return Error(HttpStatusCode.NotFound, "notFound", "Not Found");
        var size = Math.Min(MostOnPage, int.Parse(query["maxResults"] ?? "100", CultureInfo.InvariantCulture));
        switch (what, parts.Length)
        {
            case ("profile", 5):
                return (HttpStatusCode.OK, new JsonObject { ["emailAddress"] = "desk@platform.example", ["historyId"] = $"{_historyId}" }.ToJsonString());
            case ("messages", 6):
                return _broken.TryGetValue(parts[5], out var status) ? (status, "{\"id\": \"half of")
                    : _messages.TryGetValue(parts[5], out var message) ? (HttpStatusCode.OK, message.ToJsonString()) : Error(HttpStatusCode.NotFound, "notFound", "Requested entity was not found.");
            case ("messages", 5):
                var hidden = new[] { "SPAM", "TRASH" };
                var all = _messages.Values.Where(m => !m["labelIds"]!.AsArray().Any(l => hidden.Contains(l!.GetValue<string>()))).Reverse().ToList();
                if (pageToken is not null && !int.TryParse(pageToken, CultureInfo.InvariantCulture, out _))
                    return Error(HttpStatusCode.BadRequest, "invalidArgument", "Invalid pageToken");
                return Page("messages", [.. all.Select(m => (JsonNode)new JsonObject { ["id"] = m["id"]!.GetValue<string>(), ["threadId"] = m["threadId"]!.GetValue<string>() })], pageToken, size);
            case ("history", 5):
                var since = ulong.Parse(query["startHistoryId"]!, CultureInfo.InvariantCulture);
                var changes = query.GetValues("historyTypes") ?? ["messageAdded", "labelAdded", "labelRemoved"];
                return since < _oldest ? Error(HttpStatusCode.NotFound, "notFound", "Requested entity was not found.")
                    : Page("history", [.. _history.Where(h => h.History > since && changes.Contains(h.Change)).Select(Record)], pageToken, size);
            default:
                return Error(HttpStatusCode.NotFound, "notFound", "Not Found");
        }
    }

    private JsonNode Record((ulong History, string Id, string Change, string? Label) change)
    {
        var message = new JsonObject { ["id"] = change.Id, ["threadId"] = "t" };
        if (_messages.TryGetValue(change.Id, out var there))
            message["labelIds"] = there["labelIds"]!.DeepClone();
        return change.Label is null
            ? new JsonObject { ["id"] = $"{change.History}", ["messagesAdded"] = new JsonArray(new JsonObject { ["message"] = message }) }
            : new JsonObject { ["id"] = $"{change.History}", [change.Change == "labelAdded" ? "labelsAdded" : "labelsRemoved"] = new JsonArray(new JsonObject { ["message"] = message, ["labelIds"] = new JsonArray(change.Label) }) };
    }

    private (HttpStatusCode, string) Page(string name, List<JsonNode> all, string? pageToken, int size)
    {
        var from = pageToken is null ? 0 : int.Parse(pageToken, CultureInfo.InvariantCulture);
        var page = new JsonObject { ["resultSizeEstimate"] = all.Count };
        if (name == "history")
            page["historyId"] = $"{_historyId}";
        // Gmail leaves empty lists out.
        if (from < all.Count)
            page[name] = new JsonArray([.. all.Skip(from).Take(size)]);
        if (from + size < all.Count)
            page["nextPageToken"] = $"{from + size}";
        return (HttpStatusCode.OK, page.ToJsonString());
    }

    private static (HttpStatusCode, string) Error(HttpStatusCode status, string reason, string message) =>
        (status, JsonSerializer.Serialize(new { error = new { code = (int)status, message, errors = new[] { new { domain = "global", reason, message } } } }));

    private static string NewToken() => $"ya29.{RandomNumberGenerator.GetHexString(20, lowercase: true)}";
}
