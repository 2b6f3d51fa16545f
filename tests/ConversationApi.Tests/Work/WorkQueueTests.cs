using ConversationApi.Work;
using ConversationData.Connections;
using ConversationData.Roles;
using ConversationData.Work;
using MailForTests;
using Npgsql;
using PostgresForTests;

namespace ConversationApi.Tests.Work;

public sealed class WorkQueueTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private static readonly TimeSpan _lease = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task Mail_that_comes_in_is_put_down_to_be_indexed_and_answered_unless_it_is_old_or_written_by_a_machine()
    {
        await using var api = await ApiServer.StartAsync(postgres.Server, ("Ingestion:AnswerWithin", "3650.00:00:00"), ("Ingestion:OwnAddresses:0", "desk@platform.example"), ("Suggestions:Enabled", "false"));
        await api.Client.PostLinesAsync([
            MailJson.Of("asks@x"), MailJson.Of("old@x", date: "Mon, 01 Jan 2001 10:00:00 +0000"), MailJson.Of("machine@x", headers: ("Auto-Submitted", "auto-replied")),
            MailJson.Of("list@x", headers: ("List-Id", "<l.example>")), MailJson.Of("ours@x", from: "desk@platform.example")]);
        await AssertRowsAsync(api, "SELECT m.message_id FROM message_work w JOIN conversation_messages m ON m.id = w.message_id WHERE kind = 'suggest'", "asks@x");
        await AssertRowsAsync(api, "SELECT m.message_id FROM conversation_events e JOIN conversation_messages m ON m.id = e.message_id WHERE kind = 'new_reply'",
            "asks@x", "list@x", "machine@x", "old@x");
    }

    [Fact]
    public async Task Work_is_taken_once_however_many_take_it()
    {
        await using var source = await SourceAsync(200);
        var queue = new WorkQueue(source);
        var taken = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            var all = new List<WorkItem>();
            while (await queue.ClaimAsync(WorkKind.Deliver, 7, _lease, default) is { Count: > 0 } items)
                all.AddRange(items);
            return all;
        }));
        var ids = taken.SelectMany(items => items).Select(item => item.MessageId).ToList();
        Assert.Equal(200, ids.Count);
        Assert.Equal(200, ids.Distinct().Count());
    }

    [Fact]
    public async Task Work_comes_back_after_its_lease_and_who_lost_it_cannot_end_it()
    {
        await using var source = await SourceAsync(1);
        var queue = new WorkQueue(source);
        var lost = Assert.Single(await queue.ClaimAsync(WorkKind.Deliver, 5, TimeSpan.Zero, default));
        var again = Assert.Single(await queue.ClaimAsync(WorkKind.Deliver, 5, _lease, default));
        Assert.Equal((1, 2), (lost.Attempts, again.Attempts));
        await queue.CompleteAsync(WorkKind.Deliver, [lost], default);
        Assert.NotNull(await queue.NextDueAsync(WorkKind.Deliver, default));
        await queue.CompleteAsync(WorkKind.Deliver, [again], default);
        Assert.Null(await queue.NextDueAsync(WorkKind.Deliver, default));
    }

    [Fact]
    public async Task Work_that_failed_is_taken_later_what_was_given_back_at_once_and_what_was_given_up_never()
    {
        await using var source = await SourceAsync(3);
        var queue = new WorkQueue(source);
        var items = await queue.ClaimAsync(WorkKind.Deliver, 3, _lease, default);
        await queue.RetryAsync(WorkKind.Deliver, [items[0]], TimeSpan.FromHours(1), "busy\0", default);
        await queue.ReleaseAsync(WorkKind.Deliver, [items[1]], default);
        await queue.GiveUpAsync(WorkKind.Deliver, [items[2]], new string('x', 5000), default);
        var next = Assert.Single(await queue.ClaimAsync(WorkKind.Deliver, 3, _lease, default));
        Assert.Equal((items[1].MessageId, 1), (next.MessageId, next.Attempts));
        await queue.CompleteAsync(WorkKind.Deliver, [next], default);
        Assert.InRange((await queue.NextDueAsync(WorkKind.Deliver, default))!.Value.TotalMinutes, 50, 60);
        await using var command = source.Primary.CreateCommand("SELECT count(*) FROM message_work WHERE failed_at IS NOT NULL AND length(last_error) = 2000");
        Assert.Equal(1L, await command.ExecuteScalarAsync());
    }

    private async Task<ConversationDataSource> SourceAsync(int items)
    {
        var source = new ConversationDataSource(new NpgsqlConnectionStringBuilder(MigratedDatabase.As(await MigratedDatabase.CreateAsync(postgres.Server), DatabaseRoles.Application)));
        await using var add = source.Primary.CreateCommand(WorkSql.Add);
        Guid[] ids = [.. Enumerable.Range(0, items).Select(_ => Guid.CreateVersion7())];
        add.Parameters.AddRange((NpgsqlParameter[])[new() { Value = ids }, new() { Value = ids.Select(_ => "deliver").ToArray() }, new() { Value = ids }]);
        await add.ExecuteNonQueryAsync();
        return source;
    }

    private static async Task AssertRowsAsync(ApiServer api, string sql, params string[] expected)
    {
        await using var command = api.Database.CreateCommand($"{sql} ORDER BY 1");
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
            rows.Add(reader.GetString(0));
        Assert.Equal(expected, rows);
    }
}
