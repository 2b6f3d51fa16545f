using MailForTests;
using Npgsql;
using PostgresForTests;
using ProvidersForTests;

namespace ConversationApi.Tests.Delivery;

/// <summary>A process that dies anywhere between the commit of a mail and the provider's answer.</summary>
public sealed class KillTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Exactly_one_mail_is_there_wherever_the_process_dies(int moment)
    {
        await using var postmark = await LoopbackPostmark.StartAsync();
        var database = await MigratedDatabase.CreateAsync(postgres.Server);
        await using var source = NpgsqlDataSource.Create(database);
        (string, string?)[] settings = Desk.Quick(postmark, ("Postmark:Timeout", "00:00:30"), ("Delivery:Lease", "00:00:03"), ("Delivery:UndoFor", moment == 0 ? "00:00:01" : "00:00:00"));
        Guid message;
        await using (var api = await ApiProcess.StartAsync(database, settings))
        {
            var id = (await api.Client.PostLinesAsync([MailJson.Of("a@x")]))[0].Conversation();
            // 0: before a sender takes it. 1: before the provider does anything. 2: after it is sent, before the answer. 3: as soon as the answer leaves.
            if (moment == 1)
                postmark.HoldBeforeSending();
            else if (moment > 1)
                postmark.Hold();
            message = (await api.Client.ReplyAsync(id, "Once")).Id();
            if (moment > 0)
                await Desk.UntilAsync(() => Task.FromResult(postmark.Requests.Count > 0 && (moment == 1 || postmark.Sent.Count > 0)), "postmark is asked");
            if (moment == 3)
                postmark.Release();
            await api.KillAsync();
        }

        postmark.Forget();
        await using var again = await ApiProcess.StartAsync(database, settings);
        await Desk.UntilAsync(async () => await StatusAsync(source, message) == "sent", "the mail is sent");
        Assert.Equal("Once", Assert.Single(postmark.Sent).Request.GetProperty("TextBody").GetString());
        await using var id2 = source.CreateCommand($"SELECT postmark_message_id FROM conversation_messages WHERE id = '{message}'");
        Assert.Equal(postmark.Sent.Single().MessageId, await id2.ExecuteScalarAsync());
    }

    private static async Task<string?> StatusAsync(NpgsqlDataSource source, Guid message)
    {
        await using var command = source.CreateCommand($"SELECT delivery_status::text FROM conversation_messages WHERE id = '{message}'");
        return (string?)await command.ExecuteScalarAsync();
    }
}
