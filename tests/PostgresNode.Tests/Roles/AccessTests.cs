namespace PostgresNode.Tests.Roles;

/// <summary>Who is asked for a password from where; the addresses of this machine's loopback stand for a network of clients.</summary>
public sealed class AccessTests
{
    private const string Client = "127.0.0.2";

    [Fact]
    public async Task The_superuser_is_let_in_on_the_node_alone_and_all_others_from_the_networks_of_clients()
    {
        await using var cluster = await TestCluster.CreateAsync(1);
        var node = cluster[0];
        node.Settings["Postgres__ClientNetworks__0"] = $"{Client}/32";
        await cluster.StartAllAsync();

        foreach (var role in TestCluster.Passwords.Keys.Except(["postgres"]))
            Assert.Equal('R', (await Greeting.SendAsync(node.Port, role, "conversations", Client)).Type);
        var refused = await Greeting.SendAsync(node.Port, "postgres", "conversations", Client);
        Assert.Equal('E', refused.Type);
        Assert.Contains("pg_hba.conf rejects connection", refused.Text, StringComparison.Ordinal);
        Assert.Equal('R', (await Greeting.SendAsync(node.Port, "postgres", "conversations")).Type);
        Assert.Equal('E', (await Greeting.SendAsync(node.Port, "app_user", "conversations", "127.0.0.3")).Type);

        Assert.Equal(0, await node.StopAsync());
        node.Settings["Postgres__SuperuserNetworks__0"] = $"{Client}/32";
        node.Start();
        await node.WaitForPrimaryAsync();
        Assert.Equal('R', (await Greeting.SendAsync(node.Port, "postgres", "conversations", Client)).Type);
        Assert.Equal('E', (await Greeting.SendAsync(node.Port, "postgres", "conversations", "127.0.0.3")).Type);
    }
}
