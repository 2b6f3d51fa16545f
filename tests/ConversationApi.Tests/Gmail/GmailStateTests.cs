using System.Diagnostics;
using System.Net;
using System.Text.Json;
using MailForTests;
using PostgresForTests;
using ProvidersForTests;

namespace ConversationApi.Tests.Gmail;

/// <summary>What the API says of a mailbox.</summary>
public sealed class GmailStateTests(PostgresFixture postgres) : GmailTests(postgres)
{
    [Fact]
    public async Task What_waits_in_a_mailbox_and_why_is_shown_and_that_all_was_read()
    {
        Gmail.Add(LoopbackGmail.Message("good@x", "good", "text"));
        var broken = Gmail.Add(LoopbackGmail.Message("broken@x", "broken", "text"));
        Gmail.Break(broken, HttpStatusCode.InternalServerError);
        await using var api = ApiServer.Start(await MigratedDatabase.CreateAsync(Postgres),
            [.. Settings(("Gmail:Mailbox", "desk@platform.example")).Where(setting => setting.Name is not ("Gmail:MessageAttempts" or "Gmail:Attempts")), ("Gmail:MessageAttempts", "100"), ("Gmail:Attempts", "1")]);

        var waiting = await UntilAsync(api, mailbox => mailbox.GetProperty("lastError").ValueKind == JsonValueKind.String);
        Assert.Equal(("desk@platform.example", 2, true, true), (waiting.GetProperty("mailbox").GetString(), waiting.GetProperty("messagesWaiting").GetInt32(),
            waiting.GetProperty("isListing").GetBoolean(), waiting.GetProperty("isBeingRead").GetBoolean()));
        Assert.Contains("1 message could not be fetched", waiting.GetProperty("lastError").GetString(), StringComparison.Ordinal);
        Assert.True(waiting.GetProperty("lastErrorAt").GetDateTime() > DateTime.UtcNow.AddMinutes(-5));
        Assert.Equal(JsonValueKind.Null, waiting.GetProperty("lastSyncedAt").ValueKind);

        Gmail.Mend(broken);
        var read = await UntilAsync(api, mailbox => mailbox.GetProperty("lastSyncedAt").ValueKind == JsonValueKind.String);
        Assert.Equal((0, false, JsonValueKind.Null, JsonValueKind.Null), (read.GetProperty("messagesWaiting").GetInt32(), read.GetProperty("isListing").GetBoolean(),
            read.GetProperty("lastError").ValueKind, read.GetProperty("lastErrorAt").ValueKind));
        Assert.Equal((JsonValueKind.Number, JsonValueKind.String), (read.GetProperty("historyId").ValueKind, read.GetProperty("historyAt").ValueKind));
    }

    [Fact]
    public async Task Without_a_mailbox_there_is_nothing_to_show()
    {
        await using var api = await ApiServer.StartAsync(Postgres);
        Assert.Equal(0, (await api.Client.GetJsonAsync("/api/v1/gmail")).GetArrayLength());
    }

    private static async Task<JsonElement> UntilAsync(ApiServer api, Func<JsonElement, bool> isSo)
    {
        var patience = Stopwatch.StartNew();
        while (true)
        {
            var mailboxes = await api.Client.GetJsonAsync("/api/v1/gmail");
            if (mailboxes.GetArrayLength() > 0 && isSo(mailboxes[0]))
                return mailboxes[0];
            Assert.True(patience.Elapsed < TimeSpan.FromSeconds(60), mailboxes.GetRawText());
            await Task.Delay(20);
        }
    }
}
