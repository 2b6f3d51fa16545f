using System.Globalization;

namespace PostgresNode.Processes;

/// <summary>The account that the server and its tools run as: this process's, or postgres (else nobody) when this process is root's.</summary>
internal sealed class ServerAccount
{
    private const string SetPriv = "/usr/bin/setpriv";
    private readonly (uint User, uint Group, string Home)? _other;

    public ServerAccount()
    {
        Name = Environment.UserName;
        if (!Environment.IsPrivilegedProcess)
            return;

        var entry = File.ReadLines("/etc/passwd").Select(line => line.Split(':'))
            .Where(fields => fields is [("postgres" or "nobody"), _, _, _, _, _, ..]).MinBy(fields => fields[0] == "nobody")
            ?? throw new NodeFaultException("PostgreSQL refuses to run as root, and there is neither a user postgres nor nobody. Run as another user.", permanent: true);
        if (!File.Exists(SetPriv))
            throw new NodeFaultException($"PostgreSQL refuses to run as root, and there is no {SetPriv} to become {entry[0]}. Run as another user.", permanent: true);
        Name = entry[0];
        _other = (uint.Parse(entry[2], CultureInfo.InvariantCulture), uint.Parse(entry[3], CultureInfo.InvariantCulture), entry[5]);
    }

    public string Name { get; }

    /// <summary>Gives a file or folder to the account.</summary>
    public void Own(string path)
    {
        if (_other is { } other)
            Posix.ChangeOwner(path, other.User, other.Group);
    }

    /// <summary>Makes a folder that only the account may enter.</summary>
    public void MakePrivateFolder(string path)
    {
        Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Own(path);
    }

    /// <summary>The command that runs <paramref name="command"/> as the account and ends it when the starting thread ends.</summary>
    public string[] CommandFor(string[] command)
    {
        if (!File.Exists(SetPriv))
            return command;
        return _other is { } other
            ? [SetPriv, $"--reuid={other.User}", $"--regid={other.Group}", "--init-groups", "--inh-caps=-all", "--pdeathsig=INT", "--",
                "/usr/bin/env", $"HOME={other.Home}", .. command]
            : [SetPriv, "--pdeathsig=INT", "--", .. command];
    }
}
