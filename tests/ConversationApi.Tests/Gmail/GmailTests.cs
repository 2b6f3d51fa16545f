using System.Diagnostics;
using Npgsql;
using PostgresForTests;
using ProvidersForTests;

namespace ConversationApi.Tests.Gmail;

/// <summary>What the tests of a mailbox share: a Gmail of their own, and an API that reads it often.</summary>
public abstract class GmailTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IAsyncLifetime, IDisposable
{
    protected const string Count = "SELECT count(*) FROM conversation_messages";
    protected const string Subjects = "SELECT coalesce(string_agg(subject, ',' ORDER BY subject), '') FROM conversation_messages";

    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(2);

    /// <summary>The file that says who asks.</summary>
    protected string Credentials { get; } = Path.GetTempFileName();

    protected LoopbackGmail Gmail { get; private set; } = null!;

    protected PostgresServer Postgres => postgres.Server;

    public async Task InitializeAsync()
    {
        Gmail = await LoopbackGmail.StartAsync();
        await File.WriteAllTextAsync(Credentials, LoopbackGmail.AuthorisedUser);
    }

    public async Task DisposeAsync() => await Gmail.DisposeAsync();

    public void Dispose()
    {
        File.Delete(Credentials);
        GC.SuppressFinalize(this);
    }

    private protected async Task AskedAsync(string id, int times)
    {
        var patience = Stopwatch.StartNew();
        while (Gmail.Requests.Count(r => r.Path.Contains(id, StringComparison.Ordinal)) < times)
        {
            Assert.True(patience.Elapsed < _patience, "It is not asked for.");
            await Task.Delay(20);
        }
    }

    private protected ApiServer Start(string database, params (string Name, string? Value)[] settings) => ApiServer.Start(database, Settings(settings));

    private protected (string Name, string? Value)[] Settings(params (string Name, string? Value)[] settings) =>
    [
        ("GMAIL_CREDENTIALS_PATH", Credentials), ("Gmail:BaseAddress", Gmail.Address.ToString()), ("Gmail:TokenEndpoint", Gmail.TokenEndpoint.ToString()), ("Gmail:PollInterval", "00:00:00.100"),
        ("Gmail:RetryDelay", "00:00:00.010"), ("Gmail:AttemptTimeout", "00:00:01"), ("Gmail:Lease", "00:00:02"), ("Gmail:MessageAttempts", "2"), ("Gmail:Attempts", "4"), .. settings,
    ];

    private protected static async Task UntilAsync<T>(ApiServer api, string sql, T expected)
    {
        var patience = Stopwatch.StartNew();
        object? last = null;
        while (patience.Elapsed < _patience)
        {
            try
            {
                await using var command = api.Database.CreateCommand(sql);
                last = await command.ExecuteScalarAsync();
                if (Equals(last, expected))
                    return;
            }
            catch (NpgsqlException)
            {
                // The server was killed.
            }

            await Task.Delay(20);
        }

        Assert.Fail($"{sql} gives {last}, not {expected}; {await api.ScalarAsync<string>("SELECT coalesce(string_agg(to_jsonb(g)::text, ' '), 'nothing') FROM gmail_mailboxes g")}");
    }

    private protected static async Task ExecuteAsync(ApiServer api, string sql)
    {
        await using var command = api.Database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
