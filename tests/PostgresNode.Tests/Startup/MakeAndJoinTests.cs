using System.Diagnostics;
using Npgsql;
using PostgresNode.Roles;
using Xunit.Abstractions;

namespace PostgresNode.Tests.Startup;

public sealed class MakeAndJoinTests(ITestOutputHelper output)
{
    [Fact]
    public async Task An_empty_pair_becomes_a_primary_and_a_replica_which_reads_what_the_primary_wrote()
    {
        await using var cluster = await TestCluster.CreateAsync(2);
        var began = Stopwatch.GetTimestamp();
        await cluster.StartAllAsync();
        output.WriteLine($"empty to both streaming: {Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s");

        await cluster[0].ExecuteAsync("CREATE TABLE notes (id int PRIMARY KEY); INSERT INTO notes VALUES (7)");
        var seen = 0L;
        for (var tries = 0; tries < 200 && seen == 0; tries++)
        {
            try { seen = await cluster[1].QueryAsync<long>("SELECT count(*) FROM notes WHERE id = 7"); }
            catch (PostgresException missing) when (missing.SqlState == PostgresErrorCodes.UndefinedTable) { }
            await Task.Delay(20);
        }
        Assert.Equal(1, seen);
        Assert.True(await cluster[0].IsHealthyAsync());
        Assert.True(await cluster[1].IsHealthyAsync());
        var refused = await Assert.ThrowsAsync<PostgresException>(() => cluster[1].ExecuteAsync("INSERT INTO notes VALUES (8)"));
        Assert.Equal(PostgresErrorCodes.ReadOnlySqlTransaction, refused.SqlState);
    }

    [Fact]
    public async Task A_folder_with_a_space_in_its_name_is_as_good_as_any()
    {
        await using var cluster = await TestCluster.CreateAsync(2, folders: "a node ");
        await cluster.StartAllAsync();
        Assert.Contains(' ', cluster[0].Data);
        await cluster[1].WaitForAsync("registered", _ => cluster[1].Log.Contains("repmgr knows this node as standby", StringComparison.Ordinal));
        Assert.Contains("repmgr knows this node as primary", cluster[0].Log, StringComparison.Ordinal);
        Assert.DoesNotContain("did not take", cluster[0].Log + cluster[1].Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_restart_keeps_rows_and_verifiers_and_changes_a_password_that_is_configured_anew()
    {
        await using var cluster = await TestCluster.StartAsync(1);
        var node = cluster[0];
        await node.ExecuteAsync("CREATE TABLE notes (id int); INSERT INTO notes VALUES (1)");
        var before = await node.QueryAsync<string>("SELECT string_agg(rolname || rolpassword, ',' ORDER BY rolname) FROM pg_authid WHERE rolname <> 'app_user'", "postgres");
        Assert.Equal(0, await node.StopAsync());

        node.Settings["Postgres__Passwords__App"] = "hidden-changed";
        node.Start();
        await node.WaitForPrimaryAsync();

        Assert.Equal(1, await node.QueryAsync<long>("SELECT count(*) FROM notes"));
        Assert.Equal(before, await node.QueryAsync<string>("SELECT string_agg(rolname || rolpassword, ',' ORDER BY rolname) FROM pg_authid WHERE rolname <> 'app_user'", "postgres"));
        await using var connection = new NpgsqlConnection(node.ConnectionString("app_user", "hidden-changed"));
        await connection.OpenAsync();
        await Assert.ThrowsAsync<PostgresException>(() => node.QueryAsync<int>("SELECT 1", "app_user"));
    }

    [Fact]
    public async Task Roles_log_in_by_scram_have_what_they_need_and_no_more_and_no_password_is_written_anywhere()
    {
        await using var cluster = await TestCluster.StartAsync(2);
        var primary = cluster[0];
        await primary.ExecuteAsync("CREATE TABLE later (id int)");
        foreach (var role in TestCluster.Passwords.Keys.Except(["replicator", "repmgr"]))
            Assert.Equal(role, await primary.QueryAsync<string>("SELECT current_user::text", role));
        await Assert.ThrowsAsync<PostgresException>(async () =>
        {
            await using var connection = new NpgsqlConnection(primary.ConnectionString("app_user", "wrong"));
            await connection.OpenAsync();
        });

        await primary.ExecuteAsync("INSERT INTO later VALUES (1)", "app_user");
        Assert.Equal(1, await primary.QueryAsync<long>("SELECT count(*) FROM later", "analytics_reader"));
        await AssertDeniedAsync(() => primary.ExecuteAsync("DROP TABLE later", "app_user"));
        await AssertDeniedAsync(() => primary.ExecuteAsync("INSERT INTO later VALUES (2)", "analytics_reader"));
        await AssertDeniedAsync(() => primary.QueryAsync<long>("SELECT count(*) FROM later", "maintenance"));
        await primary.ExecuteAsync("SET ROLE conversation_owner; ANALYZE later", "maintenance");
        await primary.ExecuteAsync("CHECKPOINT", "maintenance");
        Assert.Equal("vector", await primary.QueryAsync<string>("SELECT extname::text FROM pg_extension WHERE extname = 'vector'"));
        Assert.True(ScramVerifier.Matches(
            await primary.QueryAsync<string>("SELECT rolpassword FROM pg_authid WHERE rolname = 'app_user'", "postgres"), TestCluster.Passwords["app_user"]));

        using var ps = Process.Start(new ProcessStartInfo("ps", ["-A", "-o", "args="]) { RedirectStandardOutput = true })!;
        var places = primary.Log + cluster[1].Log + await ps.StandardOutput.ReadToEndAsync()
            + await primary.QueryAsync<string>("SELECT coalesce(string_agg(query, ' '), '') FROM pg_stat_statements", "postgres");
        Assert.DoesNotContain("hidden-", places, StringComparison.Ordinal);
        Assert.DoesNotContain("SCRAM-SHA-256$", places, StringComparison.Ordinal);
    }

    private static async Task AssertDeniedAsync(Func<Task> action) =>
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, (await Assert.ThrowsAsync<PostgresException>(action)).SqlState);
}
