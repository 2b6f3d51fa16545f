using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using NpgsqlTypes;
using PostgresForTests;
using PostgresNode.Configuration;
using PostgresNode.DataDirectory;
using PostgresNode.Processes;

namespace PostgresNode.Tests.DataDirectory;

/// <summary>What one rejoin keeps stays until the rejoin is over, however many folders it is.</summary>
public sealed class SetAsideTests
{
    [Fact]
    public async Task A_rejoin_removes_nothing_that_it_kept_itself_even_where_the_clock_goes_back()
    {
        await using var home = new GuardedFolder("cpn-");
        File.SetUnixFileMode(home.Path, (UnixFileMode)Convert.ToInt32("711", 8));
        var account = new ServerAccount();
        var options = Options.Create(new PostgresNodeOptions { DataDir = Path.Combine(home.Path, "node"), SetAsideToKeep = 1 });
        var paths = new NodePaths(options);
        using var launcher = new ChildLauncher(account);
        var clock = new FakeTimeProvider(new(2026, 1, 3, 0, 0, 0, TimeSpan.Zero)) { AutoAdvanceAmount = TimeSpan.FromSeconds(1) };
        var aside = new SetAside(paths, new(launcher, paths), options, clock, NullLogger<SetAside>.Instance);
        account.MakePrivateFolder(paths.Home);
        MakeData(account, paths);
        var earlier = await aside.KeepWalAsync(1, default, default);
        aside.Settle();

        var newer = await aside.KeepWalAsync(3, default, default);
        Assert.Equal([newer], aside.Folders);
        // As a node whose clock was wrong when it started finds it.
        var back = new FakeTimeProvider(new(2026, 1, 2, 0, 0, 0, TimeSpan.Zero)) { AutoAdvanceAmount = TimeSpan.FromSeconds(1) };
        var again = new SetAside(paths, new(launcher, paths), options, back, NullLogger<SetAside>.Instance);
        Assert.Equal(newer, await again.KeepWalAsync(3, default, default));
        var older = await again.KeepWalAsync(2, NpgsqlLogSequenceNumber.Parse("0/1000000"), default);
        await again.KeepDataAsync(default);
        Assert.Equal(3, again.Folders.Count);
        Assert.Contains(older, again.Folders);
        Assert.Contains(newer, again.Folders);
        Assert.DoesNotContain(earlier, again.Folders);

        again.Settle();
        var settled = again.Folders;
        MakeData(account, paths);
        await again.KeepDataAsync(default);
        Assert.DoesNotContain(Assert.Single(again.Folders), settled);
    }

    private static void MakeData(ServerAccount account, NodePaths paths)
    {
        var wal = Path.Combine(paths.Data, "pg_wal");
        account.MakePrivateFolder(paths.Data);
        account.MakePrivateFolder(wal);
        foreach (var timeline in Enumerable.Range(1, 3))
        {
            var segment = Path.Combine(wal, $"{timeline:X8}0000000000000001");
            File.WriteAllText(segment, $"{timeline}");
            account.Own(segment);
        }
    }
}
