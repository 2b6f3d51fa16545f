using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using PostgresNode.Configuration;
using PostgresNode.Control;
using PostgresNode.DataDirectory;
using PostgresNode.Processes;

namespace PostgresNode.Preflight;

/// <summary>What has to hold before anything is made or started: the folder is ours alone, the server fits the data, the port is free.</summary>
internal sealed class Premises(
    IOptions<PostgresNodeOptions> options, NodePaths paths, ServerAccount account, ChildLauncher launcher, ToolRunner tools,
    IdentityGuard identity, DiskSpace disk, NodeState state, TimeProvider time) : IDisposable
{
    private const UnixFileMode Forbidden = UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;
    private static readonly TimeSpan _orphanGrace = TimeSpan.FromSeconds(5);
    private FileStream? _lock;

    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        await PrepareFolderAsync(cancellationToken);
        await identity.CheckAsync(await MajorAsync(cancellationToken), cancellationToken);
        await CheckDataFolderAsync(cancellationToken);
        await WaitForOrphanAsync(cancellationToken);
        await RemoveSocketsAsync(cancellationToken);
        disk.Require(0, "PostgreSQL");
        CheckPort();
    }

    public void Dispose() => _lock?.Dispose();

    private async Task PrepareFolderAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (!Directory.Exists(paths.Home))
                account.MakePrivateFolder(paths.Home);
            if (new FileInfo(paths.Lock).LinkTarget is { } target)
                throw new NodeFaultException($"{paths.Lock} is a link to {target}, which no node makes: delete it.");
            // Held for the program's life; the kernel lets go of it however the program ends.
            _lock ??= new FileStream(paths.Lock, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            account.MakePrivateFolder(paths.Sockets);
        }
        catch (IOException taken) when (_lock is null && File.Exists(paths.Lock))
        {
            throw new NodeFaultException($"Another node runs on {paths.Home}: give each node a Postgres:DataDir of its own.", inner: taken);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new NodeFaultException($"{paths.Home} cannot be used: {failure.Message} Give it to {Environment.UserName}, or choose another Postgres:DataDir.", inner: failure);
        }
        if (!await TestAsync("-x", paths.Home, cancellationToken) || !await TestAsync("-w", paths.Home, cancellationToken))
            throw new NodeFaultException($"{account.Name}, who runs the server, cannot enter or write {paths.Home}: "
                + "choose a Postgres:DataDir whose folders others may enter, such as one below /var/lib, or give the folder to that user.");
        if (!await TestAsync("-O", paths.Sockets, cancellationToken))
            throw new NodeFaultException($"The socket folder {paths.Sockets} belongs to somebody else; it must be {account.Name}'s.");
    }

    private async Task<int> MajorAsync(CancellationToken cancellationToken)
    {
        var result = await tools.RunAsync("postgres", ["--version"], cancellationToken);
        // "postgres (PostgreSQL) 18.6 (Debian ...)"
        var version = result.Output.Split(' ').ElementAtOrDefault(2)?.Split('.', 'b', 'r', 'd')[0];
        if (!result.Succeeded || !int.TryParse(version, CultureInfo.InvariantCulture, out var major))
            throw new NodeFaultException($"{paths.Program("postgres")} does not run: {result.Complaint}", permanent: true);
        return major >= 15 ? major
            : throw new NodeFaultException($"{paths.Bin} is PostgreSQL {major}; 15 or later is needed. Set Postgres:BinDir.", permanent: true);
    }

    private async Task CheckDataFolderAsync(CancellationToken cancellationToken)
    {
        if (!Directory.Exists(paths.Data))
            return;
        if (!await TestAsync("-O", paths.Data, cancellationToken))
            throw new NodeFaultException($"{paths.Data} does not belong to {account.Name}, who runs the server: chown -R {account.Name} {paths.Data}");
        if ((File.GetUnixFileMode(paths.Data) & Forbidden) != 0)
            throw new NodeFaultException($"{paths.Data} is open to others, and PostgreSQL refuses that: chmod 700 {paths.Data}");
    }

    // A server that outlived its node, which the kernel's parent-death signal prevents where there is one.
    private async Task WaitForOrphanAsync(CancellationToken cancellationToken)
    {
        var seen = time.GetTimestamp();
        var told = false;
        while (PostmasterFile.Read(paths.PostmasterPid) is { } file && Posix.Exists(file.Pid))
        {
            if (!await IsServerOfDataAsync(file.Pid, cancellationToken))
            {
                // The number belongs to another program by now; PostgreSQL itself would not dare to say so.
                File.Delete(paths.PostmasterPid);
                return;
            }
            state.Set(Control.NodePhase.Starting, $"An earlier server (process {file.Pid}) still runs on this data; waiting for it to end.");
            if (!told && time.GetElapsedTime(seen) > _orphanGrace)
                told = Posix.Signal(file.Pid, Posix.Interrupt);
            await Task.Delay(TimeSpan.FromMilliseconds(50), time, cancellationToken);
        }
    }

    // What a server left that had no time to end. PostgreSQL takes them for a running one's where the process number in them is in use
    // again, and in a container it often is: numbers are few there, and threads of this program have some of them.
    private async Task RemoveSocketsAsync(CancellationToken cancellationToken)
    {
        var left = Directory.GetFiles(paths.Sockets, ".s.PGSQL.*");
        if (left.Length > 0)
            await tools.ChangeFilesAsync("rm", ["-f", "--", .. left], cancellationToken);
    }

    private async Task<bool> IsServerOfDataAsync(int pid, CancellationToken cancellationToken)
    {
        if (Directory.Exists("/proc/self"))
        {
            try
            {
                return (await File.ReadAllTextAsync($"/proc/{pid}/cmdline", cancellationToken)).Contains(paths.Data, StringComparison.Ordinal);
            }
            catch (IOException)
            {
                return false;
            }
        }
        using var ps = await launcher.StartAsync(["/bin/ps", "-o", "command=", "-p", $"{pid}"]);
        return (await ps.StandardOutput.ReadToEndAsync(cancellationToken)).Contains(paths.Data, StringComparison.Ordinal);
    }

    private void CheckPort()
    {
        foreach (var address in options.Value.ListenAddress.Split(',', StringSplitOptions.TrimEntries))
        {
            if (!IPAddress.TryParse(address == "*" ? "0.0.0.0" : address, out var ip))
                continue;
            try
            {
                using var listener = new TcpListener(ip, options.Value.Port);
                listener.Start();
            }
            catch (SocketException taken)
            {
                throw new NodeFaultException($"Port {options.Value.Port} on {address} cannot be had ({taken.SocketErrorCode}): "
                    + "another program has it. Stop that program, or set another Postgres:Port.", inner: taken);
            }
        }
    }

    private async Task<bool> TestAsync(string test, string path, CancellationToken cancellationToken)
    {
        using Process process = await launcher.StartAsync(["/usr/bin/test", test, path]);
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode == 0;
    }
}
