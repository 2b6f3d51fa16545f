using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace StandIns.Tests.Pgvector;

/// <summary>A PostgreSQL server with pgvector, started for these tests in a folder and on a port of its own.</summary>
public sealed class PostgresServer : IAsyncLifetime
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"stand-ins-{Guid.NewGuid():N}");
    private Process? _server;

    public string ConnectionString { get; private set; } = "";

    public async Task InitializeAsync()
    {
        Directory.CreateDirectory(_folder);
        var bin = await BinFolder();
        var data = Path.Combine(_folder, "data");
        if (Environment.IsPrivilegedProcess)
            await Output("chown", "65534:65534", _folder);

        await Output([.. AsServer(), Path.Combine(bin, "initdb"), "-D", data, "-U", "tests", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"]);
        var port = FreePort();
        _server = Start([.. AsServer(), Path.Combine(bin, "postgres"), "-D", data, "-h", "127.0.0.1", "-p", $"{port}",
            "-k", _folder, "-c", "fsync=off", "-c", "max_connections=30"]);
        ConnectionString = $"Host=127.0.0.1;Port={port};Username=tests;Database=postgres;Pooling=false";
        await Answers();
    }

    public async Task DisposeAsync()
    {
        if (_server is { HasExited: false })
        {
            // SIGINT is PostgreSQL's fast shutdown.
            await Output("kill", "-INT", $"{_server.Id}");
            await _server.WaitForExitAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private static async Task<string> BinFolder()
    {
        var script = Path.Combine(Repository.Root, "eng", "postgres.sh");
        return File.Exists(script)
            ? (await Output("sh", script)).Trim()
            : Environment.GetEnvironmentVariable("POSTGRES_BINDIR")
                ?? throw new InvalidOperationException("Set POSTGRES_BINDIR to the bin folder of a PostgreSQL server with pgvector.");
    }

    private static string[] AsServer() => Environment.IsPrivilegedProcess
        ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
        : [];

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task Answers()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (true)
        {
            try
            {
                await using var source = NpgsqlDataSource.Create(ConnectionString);
                await using var command = source.CreateCommand("CREATE EXTENSION IF NOT EXISTS vector");
                await command.ExecuteNonQueryAsync(limit.Token);
                return;
            }
            catch (NpgsqlException) when (_server is { HasExited: false } && !limit.IsCancellationRequested)
            {
                await Task.Delay(50, limit.Token);
            }
        }
    }

    private static Process Start(params string[] command)
    {
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" };
        var process = Process.Start(start)!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        return process;
    }

    private static async Task<string> Output(params string[] command)
    {
        using var process = Start(command);
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{command[0]} ended with {process.ExitCode}: {output}");
    }
}
