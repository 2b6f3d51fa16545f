using PostgresForTests;

namespace PostgresNode.Tests.Startup;

public sealed class OtherVersionsTests
{
    /// <summary>The server that the finder gives and every other one, 15 or later, that this machine has, with pgvector or without.</summary>
    public static TheoryData<string> Servers() => new(Directory.Exists("/usr/lib/postgresql")
        ? Directory.EnumerateDirectories("/usr/lib/postgresql").Select(folder => Path.Combine(folder, "bin"))
            .Where(bin => File.Exists(Path.Combine(bin, "initdb")) && int.Parse(Path.GetFileName(Path.GetDirectoryName(bin))!, null) >= 15).Prepend("")
        : [""]);

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_cluster_is_made_promoted_and_healed_on_each_server_of_this_machine(string bin)
    {
        await using var cluster = await TestCluster.StartAsync(2, bin.Length > 0 ? bin : await PostgresBinaries.FindAsync());
        await cluster[0].ExecuteAsync("CREATE TABLE notes (id int); INSERT INTO notes VALUES (1)");
        await cluster[0].StopAsync();
        using (await cluster[1].PostAsync("promote")) { }
        await cluster[1].WaitForPrimaryAsync();
        await cluster[1].ExecuteAsync("INSERT INTO notes VALUES (2)");
        cluster[0].Start();
        await cluster[0].WaitForStreamingAsync();
        Assert.Equal(2, await cluster[1].QueryAsync<long>("SELECT count(*) FROM notes"));
        // The owner's rights come by SET ROLE alone, whatever the version.
        await cluster[1].ExecuteAsync("SET ROLE conversation_owner; ANALYZE notes", "maintenance");
    }
}
