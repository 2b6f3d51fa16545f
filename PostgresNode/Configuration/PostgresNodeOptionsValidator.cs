using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace PostgresNode.Configuration;

/// <summary>Names everything that is wrong at once, by its key.</summary>
internal sealed partial class PostgresNodeOptionsValidator : IValidateOptions<PostgresNodeOptions>
{
    public ValidateOptionsResult Validate(string? name, PostgresNodeOptions options)
    {
        List<string> errors = [.. Node(options), .. Secrets(options), .. Peers(options)];
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static IEnumerable<string> Node(PostgresNodeOptions options)
    {
        if (!NodeName().IsMatch(options.NodeName))
            yield return $"Postgres:NodeName is '{options.NodeName}': 1 to 40 lower-case letters, digits and hyphens are needed, such as postgres-1.";
        if (options.NodeId < 1)
            yield return "Postgres:NodeId is needed (1 or more) where the node's name does not end in a number.";
        if (!Path.IsPathFullyQualified(options.DataDir))
            yield return $"Postgres:DataDir is '{options.DataDir}': the full path of the node's folder is needed.";
        else if (options.DataDir.AsSpan().IndexOfAny('\'', '\n', '\\') >= 0)
            yield return $"Postgres:DataDir is '{options.DataDir}': quotes, backslashes and line breaks cannot stand in it.";
        if (!File.Exists(Path.Combine(options.BinDir, "postgres")))
            yield return $"Postgres:BinDir is '{options.BinDir}': the directory with the program postgres is needed; eng/postgres.sh prints one.";
        if (options.Port is < 1 or > 65535)
            yield return $"Postgres:Port is {options.Port}: 1 to 65535 is needed.";
        if (!DatabaseName().IsMatch(options.Database))
            yield return $"Postgres:Database is '{options.Database}': lower-case letters, digits and underscores are needed, a letter first, at most 63.";
        if (string.IsNullOrWhiteSpace(options.Checkout))
            yield return "Postgres:Checkout is needed: it says whose data this is.";
        if (options.Runtime is not ("local" or "container"))
            yield return $"Postgres:Runtime is '{options.Runtime}': a node is local or container.";
        if (options.MinimumFreeMegabytes < 16)
            yield return $"Postgres:MinimumFreeMegabytes is {options.MinimumFreeMegabytes}: 16 or more is needed.";
        if (options.SetAsideToKeep < 1)
            yield return $"Postgres:SetAsideToKeep is {options.SetAsideToKeep}: 1 or more is needed.";
        if (options.PeerTimeout < TimeSpan.FromMilliseconds(100) || options.PeerTimeout > TimeSpan.FromSeconds(30))
            yield return $"Postgres:PeerTimeout is {options.PeerTimeout}: 100 ms to 30 s is needed.";
        foreach (var setting in options.Settings.Keys.Where(key => !SettingName().IsMatch(key)))
            yield return $"Postgres:Settings:{setting} is not the name of a PostgreSQL setting.";
        foreach (var setting in options.Settings.Keys.Where(key => key.ToLowerInvariant() is "log_line_prefix" or "lc_messages"))
            yield return $"Postgres:Settings:{setting} cannot be chosen: the node reads the server's log and needs it in the form that it knows.";
    }

    private static IEnumerable<string> Secrets(PostgresNodeOptions options)
    {
        if (options.ControlKey.Length < 16)
            yield return "Postgres:ControlKey needs at least 16 characters.";
        foreach (var (key, value) in options.Passwords.All)
        {
            if (value.Length == 0)
                yield return $"Postgres:Passwords:{key} is needed.";
            else if (value.AsSpan().IndexOfAnyExceptInRange('!', '~') >= 0)
                yield return $"Postgres:Passwords:{key} has a character that is not printable ASCII.";
        }
    }

    private static IEnumerable<string> Peers(PostgresNodeOptions options)
    {
        for (var i = 0; i < options.Peers.Count; i++)
        {
            var peer = options.Peers[i];
            if (!NodeName().IsMatch(peer.Name) || peer.Name == options.NodeName || options.Peers.Count(other => other.Name == peer.Name) > 1)
                yield return $"Postgres:Peers:{i}:Name is '{peer.Name}': another node's name is needed, each once.";
            if (!HostName().IsMatch(peer.Host))
                yield return $"Postgres:Peers:{i}:Host is '{peer.Host}': a host name or address is needed.";
            if (peer.Port is < 1 or > 65535)
                yield return $"Postgres:Peers:{i}:Port is {peer.Port}: 1 to 65535 is needed.";
            if (peer.ControlUrl is not { IsAbsoluteUri: true, Scheme: "http" or "https" })
                yield return $"Postgres:Peers:{i}:ControlUrl is '{peer.ControlUrl}': the http(s) address of its control API is needed.";
        }
        if (options.Durability == Durability.Synchronous && options.Peers.Count == 0)
            yield return "Postgres:Durability is synchronous, but there is no peer to wait for.";
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,39}$")]
    private static partial Regex NodeName();

    [GeneratedRegex("^[a-z][a-z0-9_]{0,62}$")]
    private static partial Regex DatabaseName();

    [GeneratedRegex(@"^[a-zA-Z_][a-zA-Z0-9_.]*$")]
    private static partial Regex SettingName();

    [GeneratedRegex(@"^[a-zA-Z0-9.:_-]+$")]
    private static partial Regex HostName();
}
