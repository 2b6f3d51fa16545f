using System.Runtime.Versioning;

namespace AppHost.Tests.Postgres;

[UnsupportedOSPlatform("windows")]
public sealed class ResetTests : IDisposable
{
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromMinutes(1));
    private readonly DataFolder _data = new();

    [Fact]
    public async Task Data_is_deleted_when_it_is_asked_for_and_confirmed()
    {
        var node = MakeNode();

        await using var reset = AppHostProcess.Start(["reset", "--yes", .. _data.Arguments]);
        await reset.EndedAsync(_limit.Token);

        Assert.True(reset.ExitCode == 0, reset.Output);
        Assert.False(Directory.Exists(node));
    }

    [Fact]
    public async Task Data_in_use_and_folders_of_others_are_left_alone()
    {
        var node = MakeNode();
        var other = Directory.CreateDirectory(Path.Combine(_data.Path, "photographs")).FullName;
        var postmaster = Path.Combine(node, "data", "postmaster.pid");
        await File.WriteAllTextAsync(postmaster, $"{Environment.ProcessId}\n", _limit.Token);

        await using var refused = AppHostProcess.Start(["reset", "--yes", .. _data.Arguments]);
        await refused.EndedAsync(_limit.Token);
        File.Delete(postmaster);
        await using (File.Open(Path.Combine(node, "node.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None))
        {
            await using var locked = AppHostProcess.Start(["reset", "--yes", .. _data.Arguments]);
            await locked.EndedAsync(_limit.Token);
            Assert.Equal(1, locked.ExitCode);
        }

        await using var reset = AppHostProcess.Start(["reset", "--yes", .. _data.Arguments]);
        await reset.EndedAsync(_limit.Token);

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("is in use", refused.Output, StringComparison.Ordinal);
        Assert.Equal(0, reset.ExitCode);
        Assert.True(Directory.Exists(other));
    }

    [Fact]
    public async Task A_clone_that_never_started_has_nothing_to_reset()
    {
        await using var reset = AppHostProcess.Start(["reset", "--yes", .. _data.Arguments, $"--Postgres:DataDir={Path.Combine(_data.Path, "never")}"]);
        await reset.EndedAsync(_limit.Token);

        Assert.True(reset.ExitCode == 0, reset.Output);
        Assert.Contains("There is no data", reset.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", reset.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Volumes_of_this_clone_are_deleted_by_the_engine_and_kept_where_it_does_not_answer_or_refuses()
    {
        var claim = Path.Combine(_data.Path, "runtime");
        await File.WriteAllTextAsync(claim, "Container", _limit.Token);
        var calls = Path.Combine(_data.Path, "calls");
        var engine = Path.Combine(_data.Path, "engine");
        string[] arguments = ["reset", "--yes", .. _data.Arguments, $"--ASPIRE_CONTAINER_RUNTIME={engine}"];

        await using var silent = AppHostProcess.Start(arguments);
        await silent.EndedAsync(_limit.Token);
        Assert.Equal(1, silent.ExitCode);
        Assert.Contains("no container engine answers", silent.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(claim));

        // In the place of an engine, which this machine need not have: lists two volumes of the clone that is asked for and one of another, and notes what it is told to delete.
        await File.WriteAllTextAsync(engine, $$"""
            #!/bin/sh
            case "$1 $2" in
                "volume ls") prefix=${4#name=}; printf '%s\n' "$prefix-postgres-1-data" "$prefix-postgres-2-data" "of-another-$prefix-data" ;;
                "volume rm") shift 2; echo "$@" >> {{calls}}; [ ! -e {{calls}}.refuse ] || { echo "volume is in use" >&2; exit 1; } ;;
            esac
            """, _limit.Token);
        File.SetUnixFileMode(engine, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        await File.WriteAllTextAsync($"{calls}.refuse", "", _limit.Token);
        await using var refused = AppHostProcess.Start(arguments);
        await refused.EndedAsync(_limit.Token);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("volume is in use", refused.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(claim));

        File.Delete($"{calls}.refuse");
        await using var reset = AppHostProcess.Start(arguments);
        await reset.EndedAsync(_limit.Token);
        Assert.True(reset.ExitCode == 0, reset.Output);
        Assert.Matches("^(conversation-platform-[0-9a-f]+)-postgres-1-data \\1-postgres-2-data$", (await File.ReadAllLinesAsync(calls, _limit.Token))[^1]);
        Assert.False(File.Exists(claim));
    }

    public void Dispose()
    {
        _limit.Dispose();
        _data.Dispose();
    }

    private string MakeNode()
    {
        var node = Directory.CreateDirectory(Path.Combine(_data.Path, "postgres-1")).FullName;
        Directory.CreateDirectory(Path.Combine(node, "data"));
        File.WriteAllText(Path.Combine(node, "identity.json"), "{}");
        return node;
    }
}
