using System.Globalization;
using System.Text.Json;
using Benchmarks.Measuring;
using Npgsql;

namespace Benchmarks.Reading;

/// <summary>The inbox page and a thread against what PostgreSQL and Kestrel could do at best, and the inbox as it grows.</summary>
internal static class ReadingBenchmark
{
    private const string Inbox = "/api/v1/conversations?status=needs_reply&limit=50";

    private const string InboxSql = """
        SELECT id, lead_id, lead_email, lead_name, subject, status, message_count, last_message_at, last_inbound_at, last_outbound_at, archived_at, created_at, updated_at, version
        FROM conversations WHERE status = 'needs_reply' ORDER BY last_message_at DESC, id DESC LIMIT 51
        """;

    private const string ThreadSql = """
        SELECT id, conversation_id, direction, subject, content, html_content, sent_at, sender_email, sender_name, recipient_email, message_id, in_reply_to,
            gmail_message_id, postmark_message_id, gmail_thread_id, headers, attachments, marks, delivery_status, created_at
        FROM conversation_messages WHERE conversation_id = '{ID}' ORDER BY sent_at, id LIMIT 51
        """;

    public static async Task RunAsync(BenchmarkServer server, Report report, int[] sizes, int seconds, CancellationToken cancellationToken)
    {
        var p99 = new Dictionary<int, double>();
        foreach (var size in sizes.Order())
        {
            var database = await server.CreateDatabaseAsync(cancellationToken);
            await FillAsync(database, size, cancellationToken);
            await using var api = await ServerProcess.StartApiAsync(database, cancellationToken);
            using var client = new RawClient(api.Port, Inbox);
            await RawClient.LoadAsync(api.Port, [.. Enumerable.Repeat(Inbox, RawClient.Connections)], RawClient.Connections, TimeSpan.FromSeconds(seconds));
            // The least of several rounds: what else runs on the machine only adds.
            p99[size] = Enumerable.Range(0, 20).Select(_ => client.Durations(2000)[1980]).Min();
            if (size != sizes.Min())
                continue;
            await CompareAsync(server, report, "inbox page", database, api, Inbox, InboxSql, seconds, cancellationToken);
            using var page = JsonDocument.Parse(Unchunk(client.Fetch()));
            var id = page.RootElement.GetProperty("items")[0].GetProperty("id").GetString()!;
            await CompareAsync(server, report, "thread of 20 messages", database, api, $"/api/v1/conversations/{id}/messages", ThreadSql.Replace("{ID}", id, StringComparison.Ordinal), seconds, cancellationToken);
        }

        foreach (var size in sizes.Order().Skip(1))
            report.Add(string.Create(CultureInfo.InvariantCulture, $"inbox p99, {size:N0} / {sizes.Min():N0}"), p99[size] / p99[sizes.Min()], "1.3",
                string.Create(CultureInfo.InvariantCulture, $"{p99[size]:F3} / {p99[sizes.Min()]:F3} ms"));
    }

    private static async Task CompareAsync(BenchmarkServer server, Report report, string what, string database, ServerProcess api, string path, string sql, int seconds, CancellationToken cancellationToken)
    {
        using var client = new RawClient(api.Port, path);
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, Unchunk(client.Fetch()), cancellationToken);
        try
        {
            await using var bare = await ServerProcess.StartBareAsync(file, cancellationToken);
            string[] paths = [.. Enumerable.Repeat(path, RawClient.Connections)];
            var duration = TimeSpan.FromSeconds(seconds);
            await RawClient.LoadAsync(bare.Port, paths, RawClient.Connections, duration);
            // A server runs for days: what is measured is compiled code, not its compilation.
            await RawClient.LoadAsync(api.Port, paths, RawClient.Connections, 4 * duration);
            Measurement kestrel = default, pgbench = default, ours = default;
            for (var round = 0; round < 3; round++)
            {
                kestrel = kestrel.Best(await Measurement.OfAsync([bare.Id, Environment.ProcessId], () => RawClient.LoadAsync(bare.Port, paths, RawClient.Connections, duration)));
                // pgbench is a child of this process.
                pgbench = pgbench.Best(await Measurement.OfAsync([server.Id, Environment.ProcessId], () => PgBench.LoadAsync(server, database, sql, RawClient.Connections, seconds, cancellationToken)));
                ours = ours.Best(await Measurement.OfAsync([api.Id, server.Id, Environment.ProcessId], () => RawClient.LoadAsync(api.Port, paths, RawClient.Connections, duration)));
            }

            var limit = 1 / ((1 / pgbench.Rate) + (1 / kestrel.Rate));
            report.Add($"{what} / limit", ours.Rate / limit, "0.8", string.Create(CultureInfo.InvariantCulture,
                $"{ours.Rate:F0} a second; pgbench {pgbench.Rate:F0}, Kestrel {kestrel.Rate:F0}, limit {limit:F0}"));
            report.Add($"{what} / limit, processor time", (pgbench.Cost + kestrel.Cost) / ours.Cost, "0.8", string.Create(CultureInfo.InvariantCulture,
                $"{ours.Cost * 1e6:F0} µs each; pgbench {pgbench.Cost * 1e6:F0}, Kestrel {kestrel.Cost * 1e6:F0}"));
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>The text of a body that may have come in chunks.</summary>
    private static string Unchunk(string body)
    {
        if (body.StartsWith('{'))
            return body;
        var text = new System.Text.StringBuilder();
        for (var at = 0; ;)
        {
            var end = body.IndexOf("\r\n", at, StringComparison.Ordinal);
            var size = int.Parse(body.AsSpan(at, end - at), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            if (size == 0)
                return text.ToString();
            text.Append(body, end + 2, size);
            at = end + 2 + size + 2;
        }
    }

    private static async Task FillAsync(string database, int conversations, CancellationToken cancellationToken)
    {
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(database) { CommandTimeout = 0 }.ConnectionString);
        foreach (var sql in new[]
            {
                """
                INSERT INTO conversations (id, lead_email, lead_name, subject, status, message_count, last_message_at, last_inbound_at)
                SELECT gen_random_uuid(), 'lead' || n || '@people.example', 'Lead ' || n, 'A subject of some length, number ' || n,
                    (ARRAY['needs_reply', 'waiting', 'active']::conversation_status[])[1 + n % 3], 20, now() - n * interval '1 minute', now()
                FROM generate_series(1, $1) n
                """,
                """
                INSERT INTO conversation_messages (id, conversation_id, direction, subject, content, sent_at, sender_email, message_id, content_hash, headers)
                SELECT gen_random_uuid(), c.id, 'inbound', c.subject, repeat('Words of a message. ', 50), now() - k * interval '1 hour', c.lead_email, c.id || '-' || k, sha256((c.id || '-' || k)::bytea),
                    '[{"name": "From", "value": "lead@people.example"}, {"name": "To", "value": "desk@platform.example"}]'
                FROM (SELECT * FROM conversations ORDER BY last_message_at DESC LIMIT 200) c, generate_series(1, 20) k WHERE $1 > 0
                """,
            })
        {
            await using var command = source.CreateCommand(sql);
            command.Parameters.Add(new() { Value = conversations });
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        // What filling left to do is done before anything is measured.
        foreach (var sql in new[] { "VACUUM ANALYZE", "CHECKPOINT" })
        {
            await using var settle = source.CreateCommand(sql);
            await settle.ExecuteNonQueryAsync(cancellationToken);
        }
    }
}
