using ConversationApi.Database;
using ConversationApi.Tests.Search;
using ConversationData.Roles;
using MailForTests;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using PostgresForTests;

namespace ConversationApi.Tests.Database;

public sealed class StaleEndpointTests
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Search_similar_conversations_and_statistics_are_read_from_a_close_replica_and_what_must_be_fresh_is_not()
    {
        await using var primary = await PostgresServer.StartAsync();
        await using (var source = NpgsqlDataSource.Create(primary.ConnectionString))
        {
            foreach (var sql in new[] { "ALTER SYSTEM SET log_statement = 'all'", "SELECT pg_reload_conf()" })
                await source.CreateCommand(sql).ExecuteNonQueryAsync();
        }

        // It takes over the primary's settings.
        await using var replica = await primary.StartReplicaAsync("replica_1");
        var database = await MigratedDatabase.CreateAsync(primary);
        var both = new NpgsqlConnectionStringBuilder(database) { Host = $"127.0.0.1:{primary.Port},127.0.0.1:{replica.Port}" }.ConnectionString;
        await using var api = ApiServer.Start(database, ("ConnectionStrings:conversations", MigratedDatabase.As(both, DatabaseRoles.Application)),
            ("Search:IndexInterval", "00:00:00.100"), ("Search:KeepInterval", "00:00:00.100"));
        var stored = await api.Client.PostLinesAsync([MailJson.Of("a@x", text: "a zeppelin over the lake"), MailJson.Of("b@x", text: "another zeppelin over the hills")]);
        await api.UntilIndexedAsync();
        await UntilReplayedAsync(replica, new NpgsqlConnectionStringBuilder(database).Database!);
        var reads = api.Services.GetRequiredService<StaleReads>();
        for (var started = DateTime.UtcNow; !reads.IsStandbyClose; await Task.Delay(50))
            Assert.True(DateTime.UtcNow - started < _patience, "The replica is not close.");

        var conversation = $"/api/v1/conversations/{stored[0].Conversation()}";
        foreach (var (path, marker) in new[] { ("/api/v1/search?q=zeppelin", "candidates AS MATERIALIZED"), ($"{conversation}/similar", "candidates AS MATERIALIZED"), ("/api/v1/stats", "percentile_cont") })
        {
            var (here, there) = (primary.Log.Length, replica.Log.Length);
            await api.Client.GetJsonAsync(path);
            Assert.Contains(marker, replica.Log[there..], StringComparison.Ordinal);
            Assert.DoesNotContain(marker, primary.Log[here..], StringComparison.Ordinal);
        }

        var before = replica.Log.Length;
        await api.Client.PostLinesAsync([MailJson.Of("c@x", text: "a third one")]);
        foreach (var path in new[] { "/api/v1/conversations", conversation, $"{conversation}/messages" })
            await api.Client.GetJsonAsync(path);
        await api.UntilIndexedAsync();
        // Only how far it is was asked.
        Assert.DoesNotContain(replica.Log[before..].Split('\n'), line => (line.Contains("execute", StringComparison.Ordinal) || line.Contains("statement:", StringComparison.Ordinal))
            && !line.Contains("pg_is_in_recovery", StringComparison.Ordinal) && !line.Contains("DISCARD", StringComparison.Ordinal));
    }

    private static async Task UntilReplayedAsync(PostgresServer replica, string database)
    {
        await using var source = NpgsqlDataSource.Create(replica.ConnectionStringFor(database));
        for (var started = DateTime.UtcNow; (long)(await source.CreateCommand("SELECT count(*) FROM message_search").ExecuteScalarAsync())! < 2; await Task.Delay(50))
            Assert.True(DateTime.UtcNow - started < _patience, "The replica does not follow.");
    }
}
