using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Options;
using PostgresNode.Configuration;

namespace PostgresNode.Preflight;

/// <summary>Refuses data that is not this node's: a start that does not fit never shows an empty database.</summary>
internal sealed class IdentityGuard(IOptions<PostgresNodeOptions> options, NodePaths paths, ConfigurationFiles files)
{
    /// <summary>Compares the data with the node, and marks a fresh folder as this node's.</summary>
    /// <exception cref="NodeFaultException">It is somebody else's; permanent.</exception>
    public async Task CheckAsync(int major, CancellationToken cancellationToken)
    {
        var own = new NodeIdentity(options.Value.Runtime, major, options.Value.Checkout, options.Value.NodeName);
        if (!File.Exists(paths.Identity))
        {
            if (Directory.Exists(paths.Data) && Directory.EnumerateFileSystemEntries(paths.Data).Any())
                throw Misfit($"{paths.Data} has data, but nothing beside it says whose ({paths.Identity} is missing)",
                    "put that file back, or move the folder away");
            await files.ReplaceAsync(paths.Identity, JsonSerializer.Serialize(own, NodeIdentityJson.Default.NodeIdentity), cancellationToken);
            return;
        }
        Compare(await ReadAsync(cancellationToken), own);
        var version = Path.Combine(paths.Data, "PG_VERSION");
        if (File.Exists(version) && (await File.ReadAllTextAsync(version, cancellationToken)).Trim() is var data
            && data != major.ToString(CultureInfo.InvariantCulture))
            throw MajorMisfit(data, major);
    }

    private async Task<NodeIdentity> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            return JsonSerializer.Deserialize(await File.ReadAllTextAsync(paths.Identity, cancellationToken), NodeIdentityJson.Default.NodeIdentity)
                ?? throw new JsonException("it is empty");
        }
        catch (JsonException damage)
        {
            throw Misfit($"{paths.Identity} cannot be read ({damage.Message})", "put it back from a copy, or move the folder away");
        }
    }

    private void Compare(NodeIdentity data, NodeIdentity own)
    {
        if (data.Checkout != own.Checkout)
            throw Misfit($"the data in {paths.Home} belongs to the checkout {data.Checkout}, not to {own.Checkout}",
                "run that checkout, choose another Postgres:DataDir, or move the folder away to begin empty");
        if (data.Runtime != own.Runtime)
            throw Misfit($"the data in {paths.Home} was made by the {data.Runtime} runtime, this is {own.Runtime}",
                $"set Postgres:Runtime={data.Runtime}, choose another Postgres:DataDir, or dump it there and restore it here");
        if (data.Node != own.Node)
            throw Misfit($"the data in {paths.Home} is that of {data.Node}, this is {own.Node}", "give each node a Postgres:DataDir of its own");
        if (data.Major != own.Major)
            throw MajorMisfit($"{data.Major}", own.Major);
    }

    private NodeFaultException MajorMisfit(string data, int server) =>
        Misfit($"the data in {paths.Home} is PostgreSQL {data}'s, and {paths.Bin} is PostgreSQL {server}",
            $"set Postgres:BinDir to a PostgreSQL {data}, or upgrade the data (dump with {data}, restore with {server})");

    private static NodeFaultException Misfit(string what, string choices) =>
        new($"Not started, and nothing was changed: {what}. Choices: {choices}.", permanent: true);
}
