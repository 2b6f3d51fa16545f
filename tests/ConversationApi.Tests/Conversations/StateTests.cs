using System.Net;
using System.Text.Json;
using ConversationApi.Tests.Delivery;
using PostgresForTests;

namespace ConversationApi.Tests.Conversations;

public sealed class StateTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    /// <summary>State before, what happens, the answer, state after.</summary>
    private static readonly (string Before, string What, HttpStatusCode Answer, string After)[] _moves =
    [
        ("needs_reply", "archive", HttpStatusCode.OK, "archived"),
        ("needs_reply", "reopen", HttpStatusCode.Conflict, "needs_reply"),
        ("needs_reply", "reply", HttpStatusCode.Accepted, "waiting"),
        ("needs_reply", "inbound", HttpStatusCode.OK, "needs_reply"),
        ("waiting", "archive", HttpStatusCode.OK, "archived"),
        ("waiting", "reopen", HttpStatusCode.Conflict, "waiting"),
        ("waiting", "reply", HttpStatusCode.Accepted, "waiting"),
        ("waiting", "inbound", HttpStatusCode.OK, "needs_reply"),
        ("archived", "archive", HttpStatusCode.Conflict, "archived"),
        ("archived", "reopen", HttpStatusCode.OK, "active"),
        ("archived", "reply", HttpStatusCode.Accepted, "waiting"),
        ("archived", "inbound", HttpStatusCode.OK, "needs_reply"),
        ("active", "archive", HttpStatusCode.OK, "archived"),
        ("active", "reopen", HttpStatusCode.Conflict, "active"),
        ("active", "reply", HttpStatusCode.Accepted, "waiting"),
        ("active", "inbound", HttpStatusCode.OK, "needs_reply"),
    ];

    [Fact]
    public async Task A_body_that_is_too_large_is_refused_as_such_by_every_endpoint_that_takes_json()
    {
        await using var api = await ApiServer.StartAsync(postgres.Server);
        var id = await api.AskedAsync();
        var content = new string('x', 1024 * 1024);
        foreach (var (method, path) in new[]
            {
                (HttpMethod.Post, "/conversations"), (HttpMethod.Patch, $"/conversations/{id}"), (HttpMethod.Post, $"/conversations/{id}/reply"), (HttpMethod.Post, $"/conversations/{id}/suggestions"),
                (HttpMethod.Post, $"/suggestions/{id}/approve"), (HttpMethod.Post, $"/suggestions/{id}/reject"), (HttpMethod.Post, "/keys"),
            })
        {
            using var response = await api.Client.SendAsync(method, $"/api/v1{path}", new { content }, ifMatch: method == HttpMethod.Patch ? "*" : null);
            Assert.True(response.StatusCode == HttpStatusCode.RequestEntityTooLarge, $"{method} {path}: {response.StatusCode}");
            Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        }

        // Most of it is taken.
        await api.Client.ReplyAsync(id, content[..^1000]);
    }

    [Fact]
    public async Task A_conversation_moves_as_the_table_says()
    {
        await using var api = await ApiServer.StartAsync(postgres.Server, Desk.Quick(null, ("Delivery:UndoFor", "00:01:00")));
        var n = 0;
        foreach (var (before, what, answer, after) in _moves)
        {
            var id = await api.AskedAsync($"{++n}@x");
            var path = $"/api/v1/conversations/{id}";
            if (before is "archived" or "active")
                await api.Client.PostAsync($"{path}/archive");
            if (before == "active")
                await api.Client.PostAsync($"{path}/reopen");
            if (before == "waiting")
                await api.Client.ReplyAsync(id);
            var was = await api.Client.GetJsonAsync(path);
            Assert.Equal(before, was.Status());
            if (what == "inbound")
                await api.Client.PostLinesAsync([MailJson.Of($"{n}-again@x", $"<{n}@x>")]);
            else if (await api.Client.PostAsync($"{path}/{what}", what == "reply" ? new { content = "x" } : null, answer) is var said && answer == HttpStatusCode.Conflict)
                Assert.Equal("conflict", said.Type());
            var now = await api.Client.GetJsonAsync(path);
            Assert.True(after == now.Status(), $"{before}, {what}: {now}");
            Assert.Equal(after == "archived", now.GetProperty("archivedAt").ValueKind == JsonValueKind.String);
            Assert.Equal(answer == HttpStatusCode.Conflict, was.GetProperty("version").GetInt64() == now.GetProperty("version").GetInt64());
        }
    }

    [Fact]
    public async Task Of_two_changes_of_one_version_one_is_made()
    {
        await using var api = await ApiServer.StartAsync(postgres.Server);
        var path = $"/api/v1/conversations/{await api.AskedAsync()}";
        for (var round = 0; round < 10; round++)
        {
            using var read = await api.Client.GetAsync(path);
            var tag = read.Headers.ETag!.ToString();
            var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(n => api.Client.SendAsync(HttpMethod.Patch, path, new { subject = $"Round {round}, {n}" }, ifMatch: tag)));
            Assert.Equal([HttpStatusCode.OK, HttpStatusCode.PreconditionFailed, HttpStatusCode.PreconditionFailed, HttpStatusCode.PreconditionFailed], answers.Select(a => a.StatusCode).Order());
            var made = answers.Single(a => a.IsSuccessStatusCode);
            var shown = JsonDocument.Parse(await made.Content.ReadAsStringAsync()).RootElement;
            Assert.Equal(shown.GetProperty("subject").GetString(), (await api.Client.GetJsonAsync(path)).GetProperty("subject").GetString());
            Assert.Equal($"\"{shown.GetProperty("version").GetInt64()}\"", made.Headers.ETag!.ToString());
        }
    }

    [Theory]
    [InlineData("PATCH", null, HttpStatusCode.PreconditionRequired, "precondition-required")]
    [InlineData("DELETE", null, HttpStatusCode.PreconditionRequired, "precondition-required")]
    [InlineData("PATCH", "\"99\"", HttpStatusCode.PreconditionFailed, "precondition-failed")]
    [InlineData("DELETE", "\"99\"", HttpStatusCode.PreconditionFailed, "precondition-failed")]
    [InlineData("PATCH", "W/\"1\"", HttpStatusCode.PreconditionFailed, "precondition-failed")]
    [InlineData("PATCH", "1", HttpStatusCode.BadRequest, "invalid-request")]
    public async Task A_change_says_which_version_it_means(string method, string? ifMatch, HttpStatusCode status, string type)
    {
        await using var api = await ApiServer.StartAsync(postgres.Server);
        using var response = await api.Client.SendAsync(new(method), $"/api/v1/conversations/{await api.AskedAsync()}", method == "PATCH" ? new { subject = "x" } : null, ifMatch: ifMatch);
        Assert.Equal(status, response.StatusCode);
        Assert.Equal(type, JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.Type());
    }

    [Theory]
    [InlineData("""{"status":"archived"}""", "status")]
    [InlineData("""{"Subject":"x"}""", "Subject")]
    [InlineData("""{"subject":null}""", "subject")]
    [InlineData("""{"subject":"a\nb"}""", "subject")]
    [InlineData("""{"subject":"\ud800"}""", "subject")]
    [InlineData("""{"subject":["x"]}""", "subject")]
    [InlineData("""{"leadId":"7"}""", "leadId")]
    [InlineData("""{"leadId":1e99}""", "leadId")]
    [InlineData("""{"leadEmail":"nobody"}""", "leadEmail")]
    [InlineData("""{"leadEmail":null}""", "leadEmail")]
    [InlineData("""[]""", "body")]
    public async Task A_patch_of_what_cannot_be_changed_is_refused_by_its_field(string patch, string field)
    {
        await using var api = await ApiServer.StartAsync(postgres.Server);
        using var response = await api.Client.SendAsync(HttpMethod.Patch, $"/api/v1/conversations/{await api.AskedAsync()}", new StringContent(patch, null, "application/merge-patch+json"), ifMatch: "*");
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.True(JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("errors").TryGetProperty(field, out _));
    }

    [Fact]
    public async Task A_patch_changes_what_it_names_and_removes_what_is_null()
    {
        await using var api = await ApiServer.StartAsync(postgres.Server);
        var path = $"/api/v1/conversations/{await api.AskedAsync()}";
        using (await api.Client.SendAsync(HttpMethod.Patch, path, new { leadId = 12, leadName = "Lea" }, ifMatch: "*")) { }
        var set = await api.Client.GetJsonAsync(path);
        Assert.Equal((12, "Lea", "A question"), (set.GetProperty("leadId").GetInt32(), set.GetProperty("leadName").GetString(), set.GetProperty("subject").GetString()));
        using (await api.Client.SendAsync(HttpMethod.Patch, path, new StringContent("""{"leadId":null,"subject":"Another"}""", null, "application/merge-patch+json"), ifMatch: "*")) { }
        var removed = await api.Client.GetJsonAsync(path);
        Assert.Equal((JsonValueKind.Null, "Lea", "Another"), (removed.GetProperty("leadId").ValueKind, removed.GetProperty("leadName").GetString(), removed.GetProperty("subject").GetString()));
        using var same = await api.Client.SendAsync(HttpMethod.Patch, path, new { leadName = "Lea" }, ifMatch: "*");
        Assert.Equal($"\"{removed.GetProperty("version").GetInt64()}\"", same.Headers.ETag!.ToString());
    }

    [Fact]
    public async Task What_is_meant_for_a_merged_conversation_is_sent_on_to_where_it_went()
    {
        await using var api = await ApiServer.StartAsync(postgres.Server, Desk.Quick());
        var older = await api.AskedAsync("a@x");
        await Task.Delay(5);
        var younger = await api.AskedAsync("b@x");
        await api.Client.PostLinesAsync([MailJson.Of("c@x", references: "<a@x> <b@x>")]);
        foreach (var (method, rest) in new[] { (HttpMethod.Post, "/reply"), (HttpMethod.Post, "/archive"), (HttpMethod.Patch, ""), (HttpMethod.Delete, ""), (HttpMethod.Post, $"/messages/{Guid.NewGuid()}/undo") })
        {
            using var moved = await api.Client.SendAsync(method, $"/api/v1/conversations/{younger}{rest}", method == HttpMethod.Delete ? null : new { content = "x" }, ifMatch: "*");
            Assert.Equal((HttpStatusCode.PermanentRedirect, $"/api/v1/conversations/{older}{rest}"), (moved.StatusCode, moved.Headers.Location!.OriginalString));
            using var nowhere = await api.Client.SendAsync(method, $"/api/v1/conversations/{Guid.NewGuid()}{rest}", method == HttpMethod.Delete ? null : new { content = "x" }, ifMatch: "*");
            Assert.Equal(HttpStatusCode.NotFound, nowhere.StatusCode);
        }
    }

    [Fact]
    public async Task The_document_describes_every_change()
    {
        await using var api = await ApiServer.StartAsync(postgres.Server);
        var paths = (await api.Client.GetJsonAsync("/openapi/v1.json")).GetProperty("paths");
        foreach (var (path, method) in new[] { ("", "post"), ("/{id}", "patch"), ("/{id}", "delete"), ("/{id}/archive", "post"), ("/{id}/reopen", "post"), ("/{id}/reply", "post"), ("/{id}/messages/{messageId}/undo", "post"), ("/{id}/messages/{messageId}/retry", "post") })
            Assert.True(paths.GetProperty($"/api/v1/conversations{path}").GetProperty(method).GetProperty("responses").EnumerateObject().Count() > 1, path);
        Assert.True(paths.GetProperty("/api/v1/conversations/{id}").GetProperty("patch").GetProperty("requestBody").GetProperty("content").TryGetProperty("application/merge-patch+json", out _));
    }
}
