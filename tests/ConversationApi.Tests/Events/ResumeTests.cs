using System.Net;
using ConversationApi.Events;
using PostgresForTests;

namespace ConversationApi.Tests.Events;

public sealed class ResumeTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task A_client_goes_on_at_another_replica_where_it_broke_off_and_hears_everything_once()
    {
        const int Count = 1300;
        await using var api = await ApiServer.StartAsync(postgres.Server);
        await using var other = ApiServer.Start(api.ConnectionString);
        var heard = new List<string?>();
        string? last;
        await using (var client = await EventClient.OpenAsync(api))
            last = client.LastId;
        var writing = Task.Run(async () =>
        {
            for (var i = 0; i < Count; i++)
                await api.WriteAsync($"{i}");
        });
        for (var i = 0; heard.Count < Count; i++)
        {
            await using var client = i % 2 == 0 ? await EventClient.OpenAsync(api, lastEventId: last) : await EventClient.OpenAsync(other, $"?lastEventId={last}");
            heard.AddRange((await client.TakeAsync(Math.Min(Count - heard.Count, 1 + (i * 97)))).Select(e => e.Reason));
            last = client.LastId;
        }

        await writing;
        Assert.Equal(Enumerable.Range(0, Count).Select(i => (string?)$"{i}"), heard);
    }

    [Fact]
    public async Task Without_an_id_only_what_happens_from_now_on_is_told_and_a_connection_lost_before_the_first_event_loses_none()
    {
        await using var api = await ApiServer.StartAsync(postgres.Server);
        await api.WriteAsync("before");
        string? place;
        await using (var client = await EventClient.OpenAsync(api))
        {
            Assert.Equal("2000", client.Retry);
            place = client.LastId;
        }

        await api.WriteAsync("after");
        await using var again = await EventClient.OpenAsync(api, lastEventId: place);
        Assert.Equal("after", (await again.NextAsync())!.Reason);
    }

    [Fact]
    public async Task Old_events_are_pruned_and_a_client_from_before_is_told_so_and_goes_on_from_the_oldest()
    {
        await using var api = await ApiServer.StartAsync(postgres.Server, ("Events:PruneInterval", "1.00:00:00"), ("Events:ClientBuffer", "5000"));
        string? before, edge;
        await using (var client = await EventClient.OpenAsync(api))
        {
            before = client.LastId;
            await ExecuteAsync(api, "INSERT INTO conversation_events (kind, conversation_id, created_at) SELECT 'sent', gen_random_uuid(), now() - interval '61 minutes' FROM generate_series(1, 2500)");
            await client.TakeAsync(2500);
            edge = client.LastId;
        }

        await api.WriteAsync("kept");
        (string, string?)[] pruning = [("Events:PruneInterval", "00:00:00.100"), ("Events:KeepFor", "01:00:00")];
        await using var one = ApiServer.Start(api.ConnectionString, pruning);
        await using var other = ApiServer.Start(api.ConnectionString, pruning);
        for (var tries = 0; await api.ScalarAsync<long>("SELECT count(*) FROM conversation_events") > 1; tries++)
        {
            Assert.True(tries < 200, "Nothing is pruned.");
            await Task.Delay(50);
        }

        await using var away = await EventClient.OpenAsync(api, lastEventId: before);
        var events = await away.TakeAsync(2);
        Assert.Equal(("reset", "kept"), (events[0].Name, events[1].Reason));
        await using var lucky = await EventClient.OpenAsync(api, lastEventId: edge);
        Assert.Equal("kept", (await lucky.NextAsync())!.Reason);
    }

    [Fact]
    public async Task A_place_in_another_course_of_history_gets_a_reset_and_then_what_is_new()
    {
        await using var api = await ApiServer.StartAsync(postgres.Server);
        await using var now = await EventClient.OpenAsync(api);
        Assert.True(EventCursor.TryParse(now.LastId!, out var place));
        foreach (var lost in new[] { place with { Timeline = place.Timeline + 1 }, place with { TransactionId = place.TransactionId + 1_000_000 } })
        {
            await using var client = await EventClient.OpenAsync(api, lastEventId: lost.ToString());
            Assert.Equal("reset", (await client.NextAsync())!.Name);
            await api.WriteAsync("new");
            Assert.Equal("new", (await client.NextAsync())!.Reason);
        }
    }

    [Theory]
    [InlineData("?lastEventId=x", "lastEventId")]
    [InlineData("?lastEventId=AAAAAAAAAAAAAAAAAAAAAAAAAA_", "lastEventId")]
    [InlineData("?conversationId=x", "conversationId")]
    public async Task What_is_no_place_and_no_conversation_is_refused_by_name(string query, string parameter)
    {
        await using var api = await ApiServer.StartAsync(postgres.Server);
        var problem = await api.Client.GetJsonAsync($"/api/v1/events{query}", HttpStatusCode.BadRequest);
        Assert.True(problem.GetProperty("errors").TryGetProperty(parameter, out _));
    }

    private static async Task ExecuteAsync(ApiServer api, string sql)
    {
        await using var command = api.Database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
