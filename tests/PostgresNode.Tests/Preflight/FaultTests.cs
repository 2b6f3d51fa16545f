using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using PostgresNode.Control;

namespace PostgresNode.Tests.Preflight;

/// <summary>Each fault gives one clear message and a state that explains itself, and none touches the data.</summary>
public sealed class FaultTests
{
    [Fact]
    public async Task Everything_wrong_in_the_configuration_is_named_at_once()
    {
        await using var cluster = await TestCluster.CreateAsync(1);
        cluster[0].Settings["Postgres__Port"] = "0";
        cluster[0].Settings["Postgres__ControlKey"] = "short";
        cluster[0].Settings["Postgres__Passwords__App"] = "";
        cluster[0].Settings["Postgres__BinDir"] = "/nowhere";
        cluster[0].Start();
        Assert.NotEqual(0, await cluster[0].WaitForExitAsync());
        foreach (var key in new[] { "Postgres:Port", "Postgres:ControlKey", "Postgres:Passwords:App", "Postgres:BinDir" })
            Assert.Contains(key, cluster[0].Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Data_of_another_major_version_runtime_or_checkout_is_left_alone_and_the_choices_are_named()
    {
        await using var cluster = await TestCluster.StartAsync(1);
        var node = cluster[0];
        await node.ExecuteAsync("CREATE TABLE notes (id int); INSERT INTO notes VALUES (1)");
        await node.StopAsync();
        var file = Path.Combine(node.Home, "identity.json");
        var identity = await File.ReadAllTextAsync(file);

        foreach (var (property, value, expected) in new (string, JsonNode, string)[]
            { ("major", 14, "PostgreSQL 14's"), ("runtime", "container", "container runtime"), ("checkout", "elsewhere", "checkout elsewhere") })
        {
            var other = JsonNode.Parse(identity)!;
            other[property] = value;
            await File.WriteAllTextAsync(file, other.ToJsonString());
            node.Start();
            Assert.Equal(NodeFaultException.ExitCode, await node.WaitForExitAsync());
            Assert.Contains(expected, node.Log, StringComparison.Ordinal);
            Assert.Contains("Choices:", node.Log, StringComparison.Ordinal);
        }

        await File.WriteAllTextAsync(file, identity);
        node.Start();
        await node.WaitForPrimaryAsync();
        Assert.Equal(1, await node.QueryAsync<long>("SELECT count(*) FROM notes"));
    }

    [Fact]
    public async Task What_stands_in_the_way_is_explained_and_the_node_comes_up_when_it_is_gone()
    {
        await using var cluster = await TestCluster.CreateAsync(1);
        var node = cluster[0];

        node.Settings["Postgres__MinimumFreeMegabytes"] = "1000000000";
        node.Start();
        var full = await node.WaitForAsync("out of space", status => status is { Phase: NodePhase.Failed });
        Assert.Contains("disk is full", full.State, StringComparison.Ordinal);
        Assert.False(Directory.Exists(node.Data));
        Assert.False(await node.IsHealthyAsync());
        await node.StopAsync();
        node.Settings.Remove("Postgres__MinimumFreeMegabytes");

        using (var taken = new TcpListener(IPAddress.Loopback, node.Port))
        {
            taken.Start();
            node.Start();
            var status = await node.WaitForAsync("without its port", status => status is { Phase: NodePhase.Failed });
            Assert.Contains($"Port {node.Port}", status.State, StringComparison.Ordinal);
        }
        await node.WaitForPrimaryAsync();
        await node.ExecuteAsync("CREATE TABLE notes (id int); INSERT INTO notes VALUES (1)");

        using (await node.PostAsync("stop")) { }
        File.SetUnixFileMode(node.Data, File.GetUnixFileMode(node.Data) | UnixFileMode.OtherRead);
        using (await node.PostAsync("start")) { }
        var open = await node.WaitForAsync("refused for its mode", status => status is { Phase: NodePhase.Failed });
        Assert.Contains("chmod 700", open.State, StringComparison.Ordinal);
        File.SetUnixFileMode(node.Data, File.GetUnixFileMode(node.Data) & ~UnixFileMode.OtherRead);
        await node.WaitForPrimaryAsync();

        using (await node.PostAsync("stop")) { }
        var control = Path.Combine(node.Data, "global", "pg_control");
        var whole = await File.ReadAllBytesAsync(control);
        await OverwriteAsync(control, new byte[whole.Length]);
        using (await node.PostAsync("start")) { }
        var damaged = await node.WaitForAsync("damaged", status => status is { Phase: NodePhase.Failed });
        Assert.Contains("damaged", damaged.State, StringComparison.Ordinal);
        await OverwriteAsync(control, whole);
        await node.WaitForPrimaryAsync();
        Assert.Equal(1, await node.QueryAsync<long>("SELECT count(*) FROM notes"));
    }

    [Fact]
    public async Task A_second_node_on_the_same_folder_is_refused()
    {
        await using var cluster = await TestCluster.StartAsync(1);
        using var second = new TestNode(cluster[0].Name, cluster.Folder, cluster[0].Port, PostgresForTests.FreePorts.Find(1)[0]);
        foreach (var (key, value) in cluster[0].Settings)
            second.Settings[key] = value;
        var pid = await File.ReadAllTextAsync(Path.Combine(cluster.Folder, "postgres-1.pid"));
        second.Start();
        var status = await second.WaitForAsync("refused", status => status is { Phase: NodePhase.Failed });
        Assert.Contains("Another node runs on", status.State, StringComparison.Ordinal);
        await second.StopAsync();
        await File.WriteAllTextAsync(Path.Combine(cluster.Folder, "postgres-1.pid"), pid);
        await cluster[0].WaitForPrimaryAsync();
    }

    [Fact]
    public async Task An_empty_node_makes_no_second_cluster_while_a_peer_is_silent_until_somebody_says_so()
    {
        await using var cluster = await TestCluster.CreateAsync(2);
        // Takes connections and never answers.
        using var silent = new TcpListener(IPAddress.Loopback, cluster[1].ControlUrl.Port);
        silent.Start();
        cluster[0].Settings["Postgres__PeerTimeout"] = "00:00:00.300";
        cluster[0].Start();
        var status = await cluster[0].WaitForAsync("waiting", status => status is { Phase: NodePhase.Waiting });
        Assert.Contains("only postgres-2 (no answer yet) can say", status.State, StringComparison.Ordinal);
        Assert.False(Directory.Exists(cluster[0].Data));
        using (await cluster[0].PostAsync("start?lead=true")) { }
        await cluster[0].WaitForPrimaryAsync();
    }

    [Fact]
    public async Task A_replica_that_runs_is_not_told_to_lead_by_a_start()
    {
        await using var cluster = await TestCluster.StartAsync(2);
        using (var refused = await cluster[1].PostAsync("start?lead=true"))
        {
            Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
            Assert.Contains("POST /promote", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
        using (var leads = await cluster[0].PostAsync("start?lead=true"))
            Assert.Equal(HttpStatusCode.Accepted, leads.StatusCode);
        using (var runs = await cluster[1].PostAsync("start"))
            Assert.Equal(HttpStatusCode.Accepted, runs.StatusCode);
    }

    [Fact]
    public async Task The_control_API_wants_its_key()
    {
        await using var cluster = await TestCluster.StartAsync(1);
        using var http = new HttpClient();
        foreach (var token in new[] { "", "Bearer wrong", $"Basic {TestNode.Key}" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(cluster[0].ControlUrl, "status"));
            request.Headers.TryAddWithoutValidation("Authorization", token);
            using var response = await http.SendAsync(request);
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        }
        using var stop = await http.PostAsync(new Uri(cluster[0].ControlUrl, "stop"), null);
        Assert.Equal(HttpStatusCode.Unauthorized, stop.StatusCode);
        await cluster[0].WaitForPrimaryAsync();
    }

    // In place: the file keeps its owner.
    private static async Task OverwriteAsync(string path, byte[] content)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Write);
        await file.WriteAsync(content);
    }
}
