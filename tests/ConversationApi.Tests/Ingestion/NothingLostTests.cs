using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using MailForTests;
using PostgresForTests;

namespace ConversationApi.Tests.Ingestion;

public sealed class NothingLostTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task Odd_mail_is_stored_and_marked()
    {
        await using var api = await ApiServer.StartAsync(postgres.Server);
        string[] mails =
        [
            MailJson.Of(null, text: "no id"),
            MailJson.Of("same@x", text: "one"),
            MailJson.Of("same@x", text: "other"),
            MailJson.Of("daemon@x", from: "MAILER-DAEMON@people.example"),
            MailJson.Of("auto@x", headers: ("Auto-Submitted", "auto-replied")),
            MailJson.Of("late@x", date: "Fri, 01 Jan 2999 10:00:00 +0000"),
            MailJson.Of("undated@x", date: "the other day"),
            """{"From":"\ud800 odd@people.example","Subject":"half a surrogate \ud83d and NUL \u0000","TextBody":"x","MessageID":"p1","Headers":null,"Attachments":null}""",
            """{"From":null,"FromFull":null,"MessageID":12345,"Subject":null}""",
            MailJson.Of($"{new string('l', 4000)}@x", subject: new string('s', 3000), from: new string('f', 400) + "@x"),
            """{"MessageID":"p2","Headers":[{"Name":"Message-ID","Value":"<twice@x>"}],"TextBody":"one"}""",
            """{"MessageID":"p2","Headers":[{"Name":"Message-ID","Value":"<other@x>"}],"TextBody":"claims the id of another"}""",
            MailJson.Of("digits@x", date: "Mon, \u0660\u0661 Jan \u0662\u0660\u0662\u0664 10:00:00 +0000"),
        ];
        var items = await api.Client.PostLinesAsync(mails);
        Assert.All(items, i => Assert.True(i.Status() == "stored", i.ToString()));
        string? Marks(int index) => items[index].TryGetProperty("marks", out var marks) ? string.Join(',', marks.EnumerateArray()) : null;
        Assert.Equal("synthetic_id", Marks(0));
        Assert.Null(Marks(1));
        Assert.Equal("reused_id", Marks(2));
        Assert.Equal(items[1].Conversation(), items[2].Conversation());
        Assert.Equal("bounce", Marks(3));
        Assert.Equal("auto_reply", Marks(4));
        Assert.Equal("arrival_date", Marks(5));
        Assert.Equal("arrival_date", Marks(6));
        Assert.Equal("arrival_date", Marks(mails.Length - 1));
        Assert.All(await api.Client.PostLinesAsync(mails), i => Assert.Equal("duplicate", i.Status()));
    }

    [Theory]
    [InlineData("Auto-Submitted", "auto-generated", "auto_reply")]
    [InlineData("Auto-Submitted", "no", null)]
    [InlineData("X-Auto-Response-Suppress", "DR, OOF, AutoReply", "auto_reply")]
    [InlineData("X-Auto-Response-Suppress", "None", null)]
    [InlineData("Return-Path", "<>", "auto_reply")]
    [InlineData("Return-Path", "<lead@people.example>", null)]
    [InlineData("Content-Type", "multipart/report; report-type=disposition-notification; boundary=b", "auto_reply")]
    [InlineData("Content-Type", "multipart/report; report-type=delivery-status; boundary=b", "bounce")]
    [InlineData("X-Failed-Recipients", "nobody@people.example", "bounce")]
    [InlineData("List-Unsubscribe", "<https://list.example/u>", "list")]
    [InlineData("Precedence", "bulk", "list")]
    public void What_no_person_wrote_is_marked_by_its_headers(string name, string value, string? mark)
    {
        var headers = new ConversationApi.Ingestion.Parsing.MailHeaders(new() { Headers = [new() { Name = name, Value = value }] });
        Assert.Equal(mark is null ? [] : [mark], ConversationApi.Ingestion.Parsing.MailMarks.Of(headers, "lead@people.example"));
    }

    [Fact]
    public async Task A_broken_message_costs_no_other()
    {
        await using var api = await ApiServer.StartAsync(postgres.Server, ("Ingestion:MaxMessageBytes", "5000"));
        var array = $"[{MailJson.Of("a@x")}, 7, \"text\", null, {{\"From\": {{}}}}, {{}}, [1], {MailJson.Of("big@x", text: new string('x', 9000))}, {MailJson.Of("b@x")}]";
        using var response = await api.Client.PostBodyAsync(array);
        var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal(["stored", "refused", "refused", "refused", "refused", "refused", "refused", "refused", "stored"], answer.GetProperty("items").EnumerateArray().Select(i => i.Status()));
        Assert.Equal("urn:conversation-platform:problem:too-large", answer.GetProperty("items")[7].GetProperty("type").GetString());
        Assert.Equal(2, answer.GetProperty("stored").GetInt32());
        Assert.Equal(7, answer.GetProperty("refused").GetInt32());

        var lines = await api.Client.PostLinesAsync([MailJson.Of("c@x"), "{\"half\": ", "nonsense", MailJson.Of("d@x")]);
        Assert.Equal(["stored", "refused", "refused", "stored"], lines.Select(i => i.Status()));
    }

    [Theory]
    [InlineData("", "application/json", HttpStatusCode.BadRequest, "malformed-json")]
    [InlineData("   ", "application/x-ndjson", HttpStatusCode.BadRequest, "malformed-json")]
    [InlineData("{\"From\":\"a@b\"", "application/json", HttpStatusCode.BadRequest, "malformed-json")]
    [InlineData("{\"From\":\"a@b\",}", "application/json", HttpStatusCode.BadRequest, "malformed-json")]
    [InlineData("{}", "application/json", HttpStatusCode.UnprocessableEntity, "not-mail")]
    [InlineData("7", "application/json", HttpStatusCode.UnprocessableEntity, "not-mail")]
    [InlineData("hello", "text/plain", HttpStatusCode.UnsupportedMediaType, "unsupported-media-type")]
    public async Task A_single_message_that_is_refused_is_a_problem(string body, string mediaType, HttpStatusCode status, string type)
    {
        await using var api = await ApiServer.StartAsync(postgres.Server);
        using var response = await api.Client.PostBodyAsync(body, mediaType);
        Assert.Equal(status, response.StatusCode);
        Assert.Contains($"urn:conversation-platform:problem:{type}", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"FromFull":5}""", "FromFull")]
    [InlineData("""{"From":"a@b","Headers":[{"Name":"A","Value":"b"},{"Name":[]}]}""", "Headers[1].Name")]
    [InlineData("""{"From":"a@b","Attachments":[{"ContentLength":"long"}]}""", "Attachments[0].ContentLength")]
    [InlineData("""{"From":{"a":1}}""", "From")]
    public async Task Json_of_the_wrong_shape_is_refused_by_the_name_of_its_field_and_costs_no_other(string mail, string field)
    {
        await using var api = await ApiServer.StartAsync(postgres.Server);
        using var response = await api.Client.PostBodyAsync($"[{mail},{MailJson.Of("good@x")}]");
        var items = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("items");
        Assert.Equal(["refused", "stored"], items.EnumerateArray().Select(i => i.Status()));
        Assert.Equal("urn:conversation-platform:problem:not-mail", items[0].GetProperty("type").GetString());
        Assert.StartsWith($"The field {field} ", items[0].GetProperty("detail").GetString(), StringComparison.Ordinal);

        using var single = await api.Client.PostBodyAsync(mail);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, single.StatusCode);
    }

    [Fact]
    public async Task A_batch_beyond_the_limit_is_stored_up_to_it_and_says_so()
    {
        await using var api = await ApiServer.StartAsync(postgres.Server, ("Ingestion:MaxBatchMessages", "3"), ("Ingestion:MaxBatchBytes", "20000"));
        var items = await api.Client.PostLinesAsync(Enumerable.Range(0, 5).Select(n => MailJson.Of($"m{n}@x")));
        Assert.Equal(["stored", "stored", "stored", "refused", "refused"], items.Select(i => i.Status()));
        using var tooLarge = await api.Client.PostBodyAsync(MailJson.Of("large@x", text: new string('x', 30000)));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, tooLarge.StatusCode);
    }

    [Fact]
    public async Task The_answer_to_a_slow_client_comes_before_its_request_ends()
    {
        await using var api = await ApiServer.StartAsync(postgres.Server);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", api.Client.BaseAddress!.Port, patience.Token);
        await using var stream = client.GetStream();
        using var reader = new StreamReader(stream);
        async Task SendAsync(string text) => await stream.WriteAsync(Encoding.UTF8.GetBytes(text), patience.Token);
        string Chunk(string line) => $"{Encoding.UTF8.GetByteCount(line) + 1:x}\r\n{line}\n\r\n";
        async Task<string> ReadItemAsync()
        {
            while (true)
                if (await reader.ReadLineAsync(patience.Token) is { } line && line.Contains("\"index\"", StringComparison.Ordinal))
                    return line;
        }

        await SendAsync($"POST /api/v1/inbound/messages HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {ApiServer.BootstrapKey}\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n");
        await SendAsync(Chunk(MailJson.Of("a@x")) + Chunk(MailJson.Of("b@x")));
        Assert.Contains("\"a@x\"", await ReadItemAsync(), StringComparison.Ordinal);
        Assert.Contains("\"b@x\"", await ReadItemAsync(), StringComparison.Ordinal);
        await SendAsync(Chunk(MailJson.Of("c@x")) + "0\r\n\r\n");
        Assert.Contains("\"c@x\"", await ReadItemAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Killing_the_server_again_and_again_loses_nothing_and_stores_nothing_twice()
    {
        var corpus = GeneratedMail.Create(400, seed: 11);
        await using var server = await PostgresServer.StartAsync(new() { Settings = new Dictionary<string, string> { ["fsync"] = "on", ["synchronous_commit"] = "on", ["full_page_writes"] = "on" } });
        await using var api = await ApiServer.StartAsync(server);
        var acknowledged = new System.Collections.Concurrent.ConcurrentBag<string>();
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        var posting = Task.WhenAll(Enumerable.Range(0, 4).Select(client => Task.Run(async () =>
        {
            var waiting = new Queue<MailSample>(corpus.Mails.Where((_, i) => i % 4 == client));
            while (waiting.TryDequeue(out var mail))
            {
                patience.Token.ThrowIfCancellationRequested();
                var done = false;
                try
                {
                    var item = Assert.Single(await api.Client.PostLinesAsync([mail.Json]));
                    done = item.Status() != "refused";
                    if (done)
                        acknowledged.Add(item.GetProperty("id").GetString()!);
                }
                catch (HttpRequestException e) when (e.StatusCode == HttpStatusCode.ServiceUnavailable)
                {
                    await Task.Delay(50);
                }

                if (!done)
                    waiting.Enqueue(mail);
            }
        })));
        for (var kills = 0; kills < 3 && !posting.IsCompleted; kills++)
        {
            var before = acknowledged.Count;
            while (acknowledged.Count < before + 40 && !posting.IsCompleted)
                await Task.Delay(10);
            await server.KillAsync();
            await server.RestartAsync();
        }

        await posting;
        Assert.Equal(400, await api.ScalarAsync<long>("SELECT count(*) FROM conversation_messages"));
        Assert.Equal(400, acknowledged.Distinct().Count());
        Assert.Equal(0, await api.ScalarAsync<long>("SELECT count(*) FROM conversations c WHERE message_count <> (SELECT count(*) FROM conversation_messages m WHERE m.conversation_id = c.id)"));
        Assert.Equal(corpus.Mails.Select(m => m.Thread).Distinct().Count(), await api.ScalarAsync<long>("SELECT count(*) FROM conversations"));
    }
}
