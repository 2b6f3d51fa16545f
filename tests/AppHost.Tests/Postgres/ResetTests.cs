namespace AppHost.Tests.Postgres;

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
        await File.WriteAllTextAsync(Path.Combine(node, "data", "postmaster.pid"), $"{Environment.ProcessId}\n", _limit.Token);

        await using var refused = AppHostProcess.Start(["reset", "--yes", .. _data.Arguments]);
        await refused.EndedAsync(_limit.Token);
        File.Delete(Path.Combine(node, "data", "postmaster.pid"));
        await using var reset = AppHostProcess.Start(["reset", "--yes", .. _data.Arguments]);
        await reset.EndedAsync(_limit.Token);

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("is in use", refused.Output, StringComparison.Ordinal);
        Assert.Equal(0, reset.ExitCode);
        Assert.True(Directory.Exists(other));
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
