using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using MailForTests;
using PostgresForTests;

namespace ConversationApi.Tests.Walks;

/// <summary>Sends what nobody should send to every operation of the OpenAPI document.</summary>
public sealed partial class FuzzWalkTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const int Requests = 10_000;
    private const int Clients = 6;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Nothing_that_is_sent_breaks_the_api_or_holds_it_up_and_every_refusal_is_a_problem_with_a_type()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("FUZZ_SEED"), CultureInfo.InvariantCulture, out var given) ? given : Random.Shared.Next();
        await using var api = await ApiServer.StartAsync(postgres.Server, ("Postmark:InboundSecret", "secret-of-a-test-webhook"));
        await api.Client.PostLinesAsync(GeneratedMail.Create(200, seed: 3).Mails.Select(m => m.Json));
        var (operations, document) = await ApiOperation.ReadAsync(api);
        var found = new ConcurrentBag<string>();
        var faults = new ConcurrentBag<string>();
        var statuses = new ConcurrentDictionary<(string Operation, int Status), int>();
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(client => Task.Run(async () =>
        {
            var noise = new Noise(new Random(seed + client), document, found);
            using var caller = api.CreateClient(ApiServer.BootstrapKey);
            caller.Timeout = Timeout.InfiniteTimeSpan;
            for (var i = client; i < Requests && faults.Count < 10; i += Clients)
            {
                // One after the other, so that none is left out.
                var operation = operations[i / Clients % operations.Count];
                using var request = Make(operation, noise, out var shown);
                if (await SendAsync(caller, request, found, status => statuses.AddOrUpdate((operation.Name, status), 1, (_, n) => n + 1)) is { } fault)
                    faults.Add($"{request.Method} {request.RequestUri} {request.Headers.ToString().ReplaceLineEndings(" ")}\n{shown}\n-> {fault}");
            }
        })));

        Assert.True(faults.IsEmpty, $"FUZZ_SEED={seed}\n{string.Join("\n\n", faults.Take(5))}");
        Assert.Equal(Requests, statuses.Values.Sum());
        // Not all of it may be turned away at the door.
        foreach (var operation in operations)
            Assert.True(statuses.Any(s => s.Key.Operation == operation.Name && s.Key.Status is >= 200 and < 300 or 404 or 409 or 422 or 429), $"FUZZ_SEED={seed}: {operation.Name} was never reached");
        await api.Client.GetJsonAsync("/api/v1/conversations");
        Assert.True(watch.Elapsed < TimeSpan.FromMinutes(5), $"It took {watch.Elapsed}.");
    }

    private static HttpRequestMessage Make(ApiOperation operation, Noise noise, out string shown)
    {
        var path = new StringBuilder(operation.PathWith(_ => Uri.EscapeDataString(noise.PathValue())));
        var first = true;
        foreach (var name in operation.Query.Where(_ => noise.Chance(3)).Append(noise.Chance(20) ? noise.Value() : null).OfType<string>())
        {
            path.Append(first ? '?' : '&').Append(Uri.EscapeDataString(name)).Append('=').Append(Uri.EscapeDataString(noise.Value()));
            first = false;
        }

        var request = new HttpRequestMessage(operation.Method, path.ToString());
        foreach (var header in (string[])["If-Match", "If-None-Match", "Idempotency-Key", "Accept", "Last-Event-ID", "Accept-Language", "X-Forwarded-For"])
            if (noise.Chance(8))
                request.Headers.TryAddWithoutValidation(header, Printable(noise.Value()));
        shown = "";
        if (operation.MediaTypes.Count == 0 && !noise.Chance(10))
            return request;
        var body = operation.Method == HttpMethod.Get ? [] : noise.Body(operation.Body);
        shown = Encoding.UTF8.GetString(body.AsSpan(0, Math.Min(500, body.Length)));
        request.Content = new ByteArrayContent(body);
        request.Content.Headers.TryAddWithoutValidation("Content-Type", noise.Chance(10) ? Printable(noise.Value()) : operation.MediaTypes.Count > 0 ? noise.Pick(operation.MediaTypes) : "application/json");
        return request;
    }

    private static async Task<string?> SendAsync(HttpClient caller, HttpRequestMessage request, ConcurrentBag<string> found, Action<int> answered)
    {
        using var patience = new CancellationTokenSource(_patience);
        try
        {
            using var response = await caller.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
            answered((int)response.StatusCode);
            if ((int)response.StatusCode >= 500)
                return $"{response.StatusCode}: {await response.Content.ReadAsStringAsync(patience.Token)}";
            var type = response.Content.Headers.ContentType?.MediaType;
            // That one has no end.
            if (type == "text/event-stream")
                return null;
            var body = await response.Content.ReadAsStringAsync(patience.Token);
            if ((int)response.StatusCode >= 400)
                return type == "application/problem+json" && JsonSerializer.Deserialize<JsonElement>(body).GetProperty("type").GetString()!.StartsWith("urn:conversation-platform:problem:", StringComparison.Ordinal)
                    ? null : $"{response.StatusCode} {type}: {body}";
            if (type == "application/json")
                Keep(JsonSerializer.Deserialize<JsonElement>(body), body, found);
            return null;
        }
        catch (OperationCanceledException)
        {
            return $"no answer within {_patience}";
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or KeyNotFoundException or IOException)
        {
            return e.ToString();
        }
    }

    /// <summary>Ids and cursors lead further in.</summary>
    private static void Keep(JsonElement _, string body, ConcurrentBag<string> found)
    {
        if (found.Count > 2000)
            return;
        foreach (Match match in Worth().Matches(body.Length > 20_000 ? body[..20_000] : body).Take(5))
            found.Add(match.Groups[1].Value);
    }

    private static string Printable(string text) => string.Concat(text.Where(letter => letter is >= ' ' and < '\u007f'));

    [GeneratedRegex("""(?:"id"|"conversationId"|"nextCursor"|"leadEmail"|"setAsideId"|"messageId"): ?"([^"\\]{1,200})""")]
    private static partial Regex Worth();
}
