using System.Net;
using System.Text.Json;
using MailForTests;
using Npgsql;
using PostgresForTests;

namespace MaintenanceWorker.Tests.Erasures;

/// <summary>Leads that were erased stay erased, whatever a restore brings back.</summary>
public sealed class ErasureOperationsTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("erasures-of-a-test-").FullName;

    // One is the lead of a conversation, one stood in a copy alone, one was set aside alone.
    private const string Fill = """
        INSERT INTO conversations (id, lead_email, subject, status, last_message_at, created_at)
        SELECT gen_random_uuid(), e, 's', 'active', now(), now() - interval '1 day' FROM unnest(ARRAY['lead@people.example', 'other@people.example']) e;
        INSERT INTO conversation_messages (id, conversation_id, direction, subject, content, sent_at, sender_email, message_id, content_hash, headers, created_at)
        SELECT gen_random_uuid(), id, 'inbound', 's', 'what ' || lead_email || ' wrote', now(), lead_email, lead_email, sha256('x'),
            '[{"name": "Cc", "value": "Some Body <Copied@People.example>,\r\n\tFolded@People.example"}]', now() - interval '1 day' FROM conversations;
        INSERT INTO inbound_set_aside (id, source, fingerprint, problem_type, reason, body, body_length, addresses, received_at)
        VALUES (gen_random_uuid(), 'gmail', sha256('x'), 'p', 'r', 'aside@people.example', 20, ARRAY['aside@people.example'], now() - interval '1 day')
        """;

    private static readonly string[] _erased = ["lead@people.example", "copied@people.example", "folded@people.example", "aside@people.example"];

    private string Ledger => Path.Combine(_folder, "kept", "erasures.jsonl");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Who_was_erased_goes_again_after_a_restore_wherever_it_stood()
    {
        var database = await MigratedDatabase.CreateAsync(postgres.Server);
        await ExecuteAsync(database, Fill);
        var restored = await CopyAsync(database);
        await using (var worker = WorkerServer.Start(database, ("Erasures:File", Ledger)))
        {
            foreach (var address in _erased)
                await ExecuteAsync(database, $"SELECT ops.erase_lead('{address}', 'somebody', gen_random_uuid())");
            Assert.Equal("The copy has 4 erasures, 4 of them new", (await RunAsync(worker, "export-erasures")).GetProperty("summary").GetString());
            Assert.Equal("The copy has 4 erasures, 0 of them new", (await RunAsync(worker, "export-erasures")).GetProperty("summary").GetString());
        }

        Assert.DoesNotContain("people", await File.ReadAllTextAsync(Ledger), StringComparison.OrdinalIgnoreCase);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, OperatingSystem.IsWindows() ? UnixFileMode.UserRead | UnixFileMode.UserWrite : File.GetUnixFileMode(Ledger));

        await using var back = WorkerServer.Start(restored, ("Erasures:File", Ledger));
        // An old ledger takes nothing from the copy.
        Assert.Equal("The copy has 4 erasures, 0 of them new", (await RunAsync(back, "export-erasures")).GetProperty("summary").GetString());
        Assert.Equal("Of 4 erased leads the database knows 4 again", (await RunAsync(back, "replay-erasures", dryRun: true)).GetProperty("summary").GetString());
        Assert.Equal(4, await FoundAsync(restored));
        var replayed = (await RunAsync(back, "replay-erasures")).GetProperty("result");
        Assert.Equal((4, 4), (replayed.GetProperty("erasures").GetInt32(), replayed.GetProperty("returned").GetInt32()));
        Assert.True(replayed.GetProperty("removed").GetInt64() > 3);
        Assert.Equal(0, await FoundAsync(restored));
        Assert.Equal("what other@people.example wrote", await back.ScalarAsync<string>("SELECT content FROM conversation_messages"));
        Assert.Equal(4L, await back.ScalarAsync<long>("SELECT count(*) FROM ops.erasures"));
        Assert.Equal("Of 4 erased leads the database knew 0 again: 0 rows removed", (await RunAsync(back, "replay-erasures")).GetProperty("summary").GetString());
    }

    [Fact]
    public async Task A_copy_that_is_missing_or_broken_is_said_and_left_alone()
    {
        var database = await MigratedDatabase.CreateAsync(postgres.Server);
        await using (var without = WorkerServer.Start(database))
            foreach (var operation in (string[])["export-erasures", "replay-erasures"])
                Assert.Contains("Erasures:File names no file", (await RunAsync(without, operation, "failed")).GetProperty("error").GetString(), StringComparison.Ordinal);

        await using var worker = WorkerServer.Start(database, ("Erasures:File", Ledger));
        Assert.Contains("is not there", (await RunAsync(worker, "replay-erasures", "failed")).GetProperty("error").GetString(), StringComparison.Ordinal);
        Directory.CreateDirectory(Path.GetDirectoryName(Ledger)!);
        foreach (var broken in (string[])["{\"addressHash\":\"00\",\"erasedAt\":\"2026-01-01T00:00:00Z\",\"erasedBy\":\"x\"}\n", "half of a li", "null\n"])
        {
            await File.WriteAllTextAsync(Ledger, broken);
            foreach (var operation in (string[])["export-erasures", "replay-erasures"])
                Assert.Contains("Line 1 of", (await RunAsync(worker, operation, "failed")).GetProperty("error").GetString(), StringComparison.Ordinal);
            Assert.Equal(broken, await File.ReadAllTextAsync(Ledger));
        }
    }

    private static async Task<JsonElement> RunAsync(WorkerServer worker, string operation, string state = "succeeded", bool dryRun = false)
    {
        var run = await worker.Client.PostOperationAsync(operation, dryRun: dryRun, expected: HttpStatusCode.Accepted);
        return await worker.Client.WaitForRunAsync(run, state);
    }

    /// <summary>How many of the addresses stand anywhere.</summary>
    private static async Task<int> FoundAsync(string database)
    {
        await using var source = NpgsqlDataSource.Create(database);
        await using var command = source.CreateCommand("""
            SELECT coalesce(string_agg(t, ' '), '') FROM (SELECT c::text AS t FROM conversations c UNION ALL SELECT m::text FROM conversation_messages m
                UNION ALL SELECT s::text || convert_from(body, 'UTF8') FROM inbound_set_aside s UNION ALL SELECT v::text FROM history.row_versions v) x
            """);
        var all = (string)(await command.ExecuteScalarAsync())!;
        return _erased.Count(address => all.Contains(address, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>What a restore to this moment gives.</summary>
    private async Task<string> CopyAsync(string database)
    {
        var empty = new NpgsqlConnectionStringBuilder(await postgres.CreateDatabaseAsync());
        var name = new NpgsqlConnectionStringBuilder(database).Database;
        foreach (var sql in (string[])
            [$"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'", $"CREATE DATABASE {name}_restored TEMPLATE {name}"])
            await ExecuteAsync(empty.ConnectionString, sql);
        empty.Database = $"{name}_restored";
        return empty.ConnectionString;
    }

    private static async Task ExecuteAsync(string database, string sql)
    {
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(database) { Pooling = false });
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
