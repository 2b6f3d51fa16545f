using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Aspire.Hosting.Dashboard;

namespace StandIns.Tests.Dashboard;

/// <summary>An application of two resources; a command changes the state of one.</summary>
internal sealed class FakeResources : IDashboardResources
{
    private readonly Channel<IReadOnlyList<DashboardResource>> _changes = Channel.CreateUnbounded<IReadOnlyList<DashboardResource>>();

    public static readonly DashboardResource Api = new("api-abcdefgh", "api", "Project")
    {
        State = "Running",
        CreatedAt = DateTimeOffset.UnixEpoch.AddYears(56),
        StartedAt = DateTimeOffset.UnixEpoch.AddYears(56).AddSeconds(1),
        Environment = [new("GREETING", "good day"), new("PATH", "/bin", IsFromSpec: false)],
        Urls = [new("http", "http://localhost:5180")],
        Properties = [new("project.path", "/src/Api/Api.csproj"), new("executable.pid", 4711), new("secret", "hush", "Secret", Sensitive: true), new("list", new object[] { "a", 1, true })],
        Commands =
        [
            new("vacuum", "Vacuum") { Highlighted = true, IconName = "Broom", Description = "Vacuum the tables" },
            new("hidden", "Hidden") { State = DashboardCommandState.Hidden },
        ],
        HealthReports = [new("http_check", DashboardHealth.Healthy) { Description = "200 OK", LastRunAt = DateTimeOffset.UnixEpoch.AddYears(56) }],
        Relationships = [new("worker", "Reference")],
    };

    public static readonly DashboardResource Worker = new("worker-ijklmnop", "worker", "Executable")
    {
        State = "Exited",
        StateStyle = "error",
        CreatedAt = DateTimeOffset.UnixEpoch.AddYears(56),
    };

    public string ApplicationName => "ConversationPlatform";

    public List<string> Executed { get; } = [];

    public async IAsyncEnumerable<IReadOnlyList<DashboardResource>> WatchAsync([EnumeratorCancellation] CancellationToken ct)
    {
        yield return [Api, Worker];
        await foreach (var change in _changes.Reader.ReadAllAsync(ct))
        {
            yield return change;
        }
    }

    public async IAsyncEnumerable<IReadOnlyList<DashboardLogLine>> WatchLogsAsync(string resourceName, bool follow, [EnumeratorCancellation] CancellationToken ct)
    {
        yield return [new($"first line of {resourceName}", false, 1), new("an error line", true, 2)];
        if (follow)
        {
            await Task.Delay(Timeout.Infinite, ct);
        }
    }

    public Task<DashboardCommandResult> ExecuteCommandAsync(string resourceName, string commandName, CancellationToken ct)
    {
        Executed.Add($"{commandName} {resourceName}");
        _changes.Writer.TryWrite([Worker with { Deleted = true }, Api with { State = "Vacuumed" }]);
        return Task.FromResult(commandName switch
        {
            "explode" => throw new InvalidOperationException("It exploded: why not?"),
            "report" => new DashboardCommandResult(true) { Message = "One table", Output = new("| table |\n|---|\n| leads |", DashboardOutputFormat.Markdown, DisplayImmediately: true) },
            _ => new DashboardCommandResult(true),
        });
    }
}
