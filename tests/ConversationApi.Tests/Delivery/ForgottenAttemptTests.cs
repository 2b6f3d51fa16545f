using System.Net.Http.Json;
using System.Text.Json;
using MailForTests;
using Npgsql;
using PostgresForTests;
using ProvidersForTests;

namespace ConversationApi.Tests.Delivery;

/// <summary>A restore or a failover takes back that mail was sent, and it is not sent again.</summary>
public sealed class ForgottenAttemptTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task A_later_attempt_that_the_database_forgot_is_asked_for_by_whoever_did_not_make_the_one_before()
    {
        await using var postmark = await LoopbackPostmark.StartAsync();
        var database = await MigratedDatabase.CreateAsync(postgres.Server);
        Guid id;
        await using (var gone = ApiServer.Start(database, Desk.Quick(postmark)))
        {
            postmark.FailNext(Fault.TooManyRequests);
            id = (await gone.Client.ReplyAsync(await gone.AskedAsync())).Id();
            await gone.UntilDeliveryAsync(id, "sent");
        }

        // The database as it stood between the attempt that came to nothing and the one that sent it.
        await ExecuteAsync(database, $"""
            UPDATE conversation_messages SET delivery_status = 'queued', postmark_message_id = NULL WHERE id = '{id}';
            INSERT INTO message_work (message_id, kind, conversation_id, attempts) SELECT id, 'deliver', conversation_id, 1 FROM conversation_messages WHERE id = '{id}'
            """);
        await using var api = ApiServer.Start(database, Desk.Quick(postmark));
        await api.UntilDeliveryAsync(id, "sent");
        Assert.Single(postmark.Sent);
        Assert.Equal(["POST", "POST", "GET"], postmark.Requests.Select(request => request.Method));
    }

    [Fact]
    public async Task Trying_again_asks_nobody_where_the_attempt_before_is_known_to_have_come_to_nothing()
    {
        await using var postmark = await LoopbackPostmark.StartAsync();
        await using var api = await ApiServer.StartAsync(postgres.Server, Desk.Quick(postmark));
        postmark.FailNext(Fault.TooManyRequests, Fault.TooManyRequests);
        await api.UntilDeliveryAsync((await api.Client.ReplyAsync(await api.AskedAsync())).Id(), "sent");
        Assert.Equal(["POST", "POST", "POST"], postmark.Requests.Select(request => request.Method));
    }

    [Fact]
    public async Task Mail_that_is_older_than_a_failover_is_asked_for_by_a_replica_that_never_had_it_and_mail_since_is_not()
    {
        await using var primary = await PostgresServer.StartAsync();
        var database = await MigratedDatabase.CreateAsync(primary);
        await using var standby = await primary.StartReplicaAsync("replica_1");
        var nodes = new NpgsqlConnectionStringBuilder(database) { Host = $"127.0.0.1:{primary.Port},127.0.0.1:{standby.Port}" }.ConnectionString;
        await using var postmark = await LoopbackPostmark.StartAsync();
        // It looks for what others queued once a minute.
        await using var survivor = ApiServer.Start(nodes, Desk.Quick(postmark, ("Delivery:PollInterval", "00:01:00"), ("Delivery:AskAfter", "00:00:01.500"), ("Delivery:Lease", "00:00:06")));
        var id = await survivor.AskedAsync();
        await survivor.UntilDeliveryAsync((await survivor.Client.ReplyAsync(id, "Before")).Id(), "sent");
        Guid forgotten;
        await using (var queuing = ApiServer.Start(database, Desk.Quick(postmark, ("Delivery:Paused", "true"))))
            forgotten = (await queuing.Client.ReplyAsync(id, "Forgotten")).Id();
        await StopFollowingAsync(primary, standby);
        await using (var sending = ApiServer.Start(database, Desk.Quick(postmark)))
            await sending.UntilDeliveryAsync(forgotten, "sent");
        await primary.KillAsync();
        await ExecuteAsync(standby.ConnectionString, "SELECT pg_promote()");
        // What the test looks with has had its connection to the one that is gone.
        survivor.Database.Clear();

        var first = await RepliedAsync(survivor, id, "First");
        foreach (var mail in new[] { forgotten, first })
            await survivor.UntilDeliveryAsync(mail, "sent");
        await survivor.UntilDeliveryAsync((await survivor.Client.ReplyAsync(id, "Second")).Id(), "sent");
        Assert.Equal(["Before", "First", "Forgotten", "Second"], postmark.Sent.Select(mail => mail.Request.GetProperty("TextBody").GetString()).Order());
        // Nothing shows of "First" that it was queued after the failover, as this process knew of it only then.
        Assert.Equal(2, postmark.Requests.Count(request => request.Method == "GET"));
    }

    /// <summary>The standby has all that there is, and gets no more.</summary>
    private static async Task StopFollowingAsync(PostgresServer primary, PostgresServer standby)
    {
        await using var source = NpgsqlDataSource.Create(primary.ConnectionString);
        await using var place = source.CreateCommand("SELECT pg_current_wal_lsn()::text");
        var written = (string)(await place.ExecuteScalarAsync())!;
        await using var replica = NpgsqlDataSource.Create(standby.ConnectionString);
        await using var replayed = replica.CreateCommand($"SELECT pg_last_wal_replay_lsn() >= '{written}'");
        await Desk.UntilAsync(async () => (bool)(await replayed.ExecuteScalarAsync())!, "the standby has all");
        await ExecuteAsync(standby.ConnectionString, "ALTER SYSTEM SET primary_conninfo = ''");
        await ExecuteAsync(standby.ConnectionString, "SELECT pg_reload_conf()");
        await using var receivers = replica.CreateCommand("SELECT count(*) FROM pg_stat_wal_receiver");
        await Desk.UntilAsync(async () => (long)(await receivers.ExecuteScalarAsync())! == 0, "the standby follows nobody");
    }

    private static async Task<Guid> RepliedAsync(ApiServer api, Guid conversation, string content)
    {
        Guid? message = null;
        await Desk.UntilAsync(async () =>
        {
            using var response = await api.Client.SendAsync(HttpMethod.Post, $"/api/v1/conversations/{conversation}/reply", new { content }, key: content);
            if (response.IsSuccessStatusCode)
                message = (await response.Content.ReadFromJsonAsync<JsonElement>()).Id();
            return message is not null;
        }, "the new primary takes writes");
        return message!.Value;
    }

    private static async Task ExecuteAsync(string database, string sql)
    {
        await using var source = NpgsqlDataSource.Create(database);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
