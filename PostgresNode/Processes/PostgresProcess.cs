using System.Diagnostics;
using Microsoft.Extensions.Options;
using PostgresNode.Configuration;

namespace PostgresNode.Processes;

/// <summary>The server as this node's child.</summary>
internal sealed class PostgresProcess(ChildLauncher launcher, NodePaths paths, ServerAccount account, IOptions<PostgresNodeOptions> options, ServerLog log, TimeProvider time)
{
    private static readonly TimeSpan _fastShutdown = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan _immediateShutdown = TimeSpan.FromSeconds(5);
    /// <summary>After which <see cref="StopAsync"/> has ended the server in one way or another.</summary>
    public static readonly TimeSpan LongestStop = _fastShutdown + (2 * _immediateShutdown);

    private Process? _process;
    private Task _lines = Task.CompletedTask;

    public bool IsRunning => _process is { HasExited: false };

    /// <summary>Why it ended, as far as it said so.</summary>
    public string LastWords => log.LastPanic ?? "it gave no reason";

    /// <summary>What to do about a start that failed, where its log tells; else nothing.</summary>
    public string Remedy => log.Denied is { } denied ? $" {denied}. Everything in {paths.Data} must be {account.Name}'s: chown -R {account.Name} {paths.Data}" : "";

    /// <summary>Ends when the server has ended, however it did.</summary>
    public async Task WaitForExitAsync(CancellationToken cancellationToken)
    {
        if (_process is { } process)
            await process.WaitForExitAsync(cancellationToken);
    }

    /// <summary>Starts the server and returns once it takes connections.</summary>
    /// <exception cref="NodeFaultException">It ended before; the message has its last words.</exception>
    public async Task StartAsync(IEnumerable<(string Name, string Value)> own, CancellationToken cancellationToken)
    {
        log.Forget();
        _process?.Dispose();
        _process = await launcher.StartAsync([paths.Program("postgres"), "-D", paths.Data, .. Arguments(own)]);
        _lines = Task.WhenAll(log.ForwardAsync(_process.StandardOutput), log.ForwardAsync(_process.StandardError));
        while (PostmasterFile.Read(paths.PostmasterPid) is not { IsReady: true } file || file.Pid != _process.Id)
        {
            if (_process.HasExited)
            {
                await _lines.WaitAsync(TimeSpan.FromSeconds(2), time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                var reason = log.LastFatal ?? "it gave no reason";
                throw new NodeFaultException($"PostgreSQL does not start (exit code {_process.ExitCode}): {reason}.{Remedy}");
            }
            await Task.Delay(TimeSpan.FromMilliseconds(20), time, cancellationToken);
        }
    }

    /// <summary>A fast shutdown: sessions end, replicas get what they lack. After 30 s at once, without waiting for them.</summary>
    public async Task StopAsync()
    {
        foreach (var (signal, patience) in new[] { (Posix.Interrupt, _fastShutdown), (Posix.Quit, _immediateShutdown), (Posix.Kill, _immediateShutdown) })
        {
            if (_process is not { HasExited: false } process)
                return;
            Posix.Signal(process.Id, signal);
            using var limit = new CancellationTokenSource(patience, time);
            await process.WaitForExitAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private IEnumerable<string> Arguments(IEnumerable<(string Name, string Value)> own) =>
        new (string Name, string Value)[]
        {
            ("config_file", paths.ServerConfiguration),
            ("hba_file", paths.HostBasedAuthentication),
            ("ident_file", paths.UserMap),
            ("listen_addresses", options.Value.ListenAddress),
            ("port", $"{options.Value.Port}"),
            ("unix_socket_directories", paths.Sockets),
            ("cluster_name", options.Value.NodeName),
            // What the node reads the log by.
            ("log_line_prefix", ServerLog.Prefix),
            ("lc_messages", "C"),
        }.Concat(own).SelectMany(setting => new[] { "-c", $"{setting.Name}={setting.Value}" });
}
