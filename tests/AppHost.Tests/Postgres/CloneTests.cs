using AppHost.Postgres;
using AppHost.Postgres.Data;

namespace AppHost.Tests.Postgres;

/// <summary>Clones that are moved, copied or made anew: none shows an empty database while its data lies elsewhere, and no two share data.</summary>
public sealed class CloneTests : IDisposable
{
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromMinutes(1));
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("clones-");
    private readonly DataFolder _data = new();

    private string Root => Path.Combine(_folder.FullName, "data");

    [Fact]
    public void A_clone_that_was_moved_finds_its_data_and_a_fresh_one_in_its_place_has_its_own()
    {
        var former = Clone("former");
        var before = Place(former);
        before.Claim(PostgresRuntime.Local);
        var moved = Path.Combine(_folder.FullName, "moved");
        Directory.Move(former, moved);
        Clone("former");

        // The one that was moved may be the owner, and it is only known by its mark which one is not.
        Assert.Equal(before.Folder, Place(moved).Folder);
        Assert.Contains(former, Place(moved).Refusal, StringComparison.Ordinal);
        Directory.Delete(former, recursive: true);
        var after = Place(moved);
        Assert.Equal((before.Folder, before.Checkout, null, former), (after.Folder, after.Checkout, after.Refusal, after.ClaimedBy));
        Assert.Equal(PostgresRuntime.Local, after.MadeBy);
        after.Claim(PostgresRuntime.Local);
        Assert.Null(Place(moved).ClaimedBy);

        Clone("former");
        var fresh = Place(former);
        Assert.NotEqual(before.Folder, fresh.Folder);
        Assert.Equal((null, null), (fresh.Refusal, fresh.MadeBy));
        fresh.Claim(PostgresRuntime.Local);
        Assert.Equal((fresh.Folder, before.Folder), (Place(former).Folder, Place(moved).Folder));
        Assert.Equal((null, null), (Place(former).Refusal, Place(moved).Refusal));
    }

    [Fact]
    public void A_copy_says_whose_the_data_is_before_it_starts()
    {
        var (original, copy) = (Clone("original"), Clone("copy"));
        Place(original).Claim(PostgresRuntime.Local);
        Mark(original, copy);

        var refusal = Place(copy).Refusal;
        Assert.Contains($"is that of the clone {original}", refusal, StringComparison.Ordinal);
        Assert.Contains("-- new'", refusal, StringComparison.Ordinal);
        Assert.Contains("-- adopt'", refusal, StringComparison.Ordinal);
        Assert.Null(Place(original).Refusal);

        Assert.Null(DataOwner.BeginApart(Place(copy)));
        Assert.Null(Place(copy).Refusal);
        Assert.NotEqual(Place(original).Folder, Place(copy).Folder);
        Assert.Contains("nobody else's", DataOwner.BeginApart(Place(copy)), StringComparison.Ordinal);

        Mark(original, copy);
        Assert.Null(DataOwner.Adopt(Place(copy), folder: null));
        Assert.Null(Place(copy).Refusal);
        Assert.Equal(PostgresRuntime.Local, Place(copy).MadeBy);
        Assert.Contains($"is that of the clone {copy}", Place(original).Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void A_clone_that_lost_its_mark_is_known_by_its_place_and_what_a_gone_one_left_can_be_adopted()
    {
        var first = Clone("first");
        var before = Place(first);
        before.Claim(PostgresRuntime.Local);
        Directory.Delete(Path.Combine(first, "artifacts"), recursive: true);
        Assert.Equal(before, Place(first));

        var second = Path.Combine(_folder.FullName, "second");
        Directory.Move(first, second);
        var now = Place(second);
        Assert.Equal((before.Folder, first), now.Orphaned());
        Assert.Contains("has no data of another clone", DataOwner.Adopt(now, Path.Combine(Root, "other")), StringComparison.Ordinal);
        Assert.Null(DataOwner.Adopt(now, before.Folder));
        Assert.Equal((before.Folder, before.Checkout, null), (Place(second).Folder, Place(second).Checkout, Place(second).Refusal));
    }

    [Fact]
    public void A_folder_that_the_configuration_names_goes_with_the_clone_that_is_the_only_one_left()
    {
        var (first, second) = (Clone("first"), Clone("second"));
        var named = Path.Combine(_folder.FullName, "named");
        var before = DataPlace.Of(first, Root, named);
        before.Claim(PostgresRuntime.Local);
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(named, "postgres-1")).FullName, "identity.json"), $$"""{"checkout":"{{before.Checkout}}"}""");

        Assert.Contains("another Postgres:DataDir", DataPlace.Of(second, Root, named).Refusal, StringComparison.Ordinal);
        Directory.Delete(first, recursive: true);
        var after = DataPlace.Of(second, Root, named);
        Assert.Equal((null, before.Checkout), (after.Refusal, after.Checkout));
    }

    [Fact]
    public async Task An_AppHost_refuses_the_data_of_another_clone_until_it_is_adopted()
    {
        var other = Clone("other");
        var node = Directory.CreateDirectory(Path.Combine(_data.Path, "postgres-1")).FullName;
        await File.WriteAllTextAsync(Path.Combine(node, "identity.json"), """{"checkout":"0123456789ab"}""", _limit.Token);
        await File.WriteAllTextAsync(Path.Combine(_data.Path, "clone"), other, _limit.Token);

        var (code, output) = await RunAsync(RunningPlatform.Arguments($"http://localhost:{RunningPlatform.FreePort()}", "key"));
        Assert.Equal(1, code);
        Assert.Contains($"is that of the clone {other}, which is still there", output, StringComparison.Ordinal);
        Assert.Contains("-- adopt --Postgres:DataDir=", output, StringComparison.Ordinal);
        Assert.Equal(1, (await RunAsync("reset", "--yes")).Code);
        Assert.True(Directory.Exists(node));

        Assert.Equal(0, (await RunAsync("adopt")).Code);
        var (again, already) = await RunAsync("adopt");
        Assert.Equal(1, again);
        Assert.Contains("this clone's already", already, StringComparison.Ordinal);
        Assert.Equal(0, (await RunAsync("reset", "--yes")).Code);
        Assert.False(Directory.Exists(node));
    }

    public void Dispose()
    {
        _limit.Dispose();
        _folder.Delete(recursive: true);
        _data.Dispose();
    }

    private async Task<(int Code, string Output)> RunAsync(params string[] arguments)
    {
        await using var appHost = AppHostProcess.Start([.. arguments, .. _data.Arguments]);
        await appHost.EndedAsync(_limit.Token);
        return (appHost.ExitCode, appHost.Output);
    }

    private DataPlace Place(string clone) => DataPlace.Of(clone, Root, chosen: null);

    private string Clone(string name)
    {
        var clone = Path.Combine(_folder.FullName, name);
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(clone, "AppHost")).FullName, "AppHost.csproj"), "");
        return clone;
    }

    // As 'cp -r' does.
    private static void Mark(string from, string to)
    {
        Directory.CreateDirectory(Path.Combine(to, "artifacts"));
        File.Copy(Path.Combine(from, "artifacts", "checkout"), Path.Combine(to, "artifacts", "checkout"), overwrite: true);
    }
}
