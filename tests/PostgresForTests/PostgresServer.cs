using System.Diagnostics;
using System.Security.Cryptography;
using Npgsql;

namespace PostgresForTests;

/// <summary>
/// A throw-away PostgreSQL with pgvector on a free loopback port, its data in a random temporary folder. Disposing it, or
/// the end of this process in any way, stops it and deletes the folder.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);
    private readonly ServerFolder _folder = new();
    private readonly PostgresServerOptions _options;
    private readonly string _password;
    private Process? _process;
    private int _databases;

    private PostgresServer(PostgresServerOptions options, string bin, string? password = null)
    {
        _options = options;
        _password = password ?? RandomNumberGenerator.GetHexString(32, lowercase: true);
        BinDirectory = bin;
    }

    /// <summary>The directory of the programs that the server was started from.</summary>
    public string BinDirectory { get; }

    /// <summary>The loopback port; the same after a restart.</summary>
    public int Port { get; private set; }

    /// <summary>PGDATA.</summary>
    public string DataDirectory => _folder.Data;

    /// <summary>What the server wrote to its log so far.</summary>
    public string Log => File.Exists(_folder.Log) ? File.ReadAllText(_folder.Log) : "";

    /// <summary>The superuser's connection string for database <c>postgres</c>.</summary>
    public string ConnectionString => ConnectionStringFor("postgres");

    /// <summary>Makes a server and waits until it takes connections.</summary>
    /// <exception cref="InvalidOperationException">There is no PostgreSQL, or it did not start; the message has its log.</exception>
    public static async Task<PostgresServer> StartAsync(PostgresServerOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new();
        var server = new PostgresServer(options, options.BinDirectory ?? await PostgresBinaries.FindAsync());
        try
        {
            await server.InitializeAsync(cancellationToken);
            await server.StartOnFreePortAsync(cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes a replica that streams from this server through a slot of its own name.</summary>
    /// <param name="name">The replica's name, as the primary sees it, and its slot's.</param>
    public async Task<PostgresServer> StartReplicaAsync(string name, CancellationToken cancellationToken = default)
    {
        var replica = new PostgresServer(_options, BinDirectory, _password);
        try
        {
            await replica.CopyAsync(this, name, cancellationToken);
            await replica.StartOnFreePortAsync(cancellationToken);
            return replica;
        }
        catch
        {
            await replica.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes a fresh, empty database.</summary>
    /// <returns>The superuser's connection string for it.</returns>
    public async Task<string> CreateDatabaseAsync(CancellationToken cancellationToken = default)
    {
        var name = $"test_{Interlocked.Increment(ref _databases)}";
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand($"CREATE DATABASE {name}", connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
        return ConnectionStringFor(name);
    }

    /// <summary>The superuser's connection string for one of the databases.</summary>
    public string ConnectionStringFor(string database) => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = Port,
        Username = "postgres",
        Password = _password,
        Database = database,
        IncludeErrorDetail = true,
        // A database a test would otherwise keep its idle connections until the run ends.
        ConnectionIdleLifetime = 10,
        ConnectionPruningInterval = 5,
    }.ConnectionString;

    /// <summary>Starts the server again after <see cref="StopAsync"/> or <see cref="KillAsync"/>, on the same port and data.</summary>
    public async Task RestartAsync(CancellationToken cancellationToken = default)
    {
        // The last process of a killed server lets go of its shared memory a moment after it is gone.
        for (var attempt = 0; !await TryStartAsync(cancellationToken); attempt++)
        {
            if (attempt == 50 || !Log.TrimEnd().Split('\n')[^2].Contains("shared memory block", StringComparison.Ordinal))
                throw new InvalidOperationException($"PostgreSQL did not start again on port {Port}:\n{Log}");
            await Task.Delay(100, cancellationToken);
        }
    }

    /// <summary>Stops the server in its fast mode: sessions end, everything is flushed.</summary>
    public Task StopAsync(CancellationToken cancellationToken = default) => SignalAsync("INT", cancellationToken);

    /// <summary>Stops the server in its immediate mode: every session ends where it stands, keeping its locks to the last, and nothing is flushed.</summary>
    public Task StopImmediatelyAsync(CancellationToken cancellationToken = default) => SignalAsync("QUIT", cancellationToken);

    /// <summary>Kills the server without warning, as a power cut would end it (kill -9 of the postmaster and its children).</summary>
    public Task KillAsync(CancellationToken cancellationToken = default) => SignalAsync("KILL", cancellationToken);

    /// <summary>Stops every process of the server where it stands, as a machine does that hangs: what is sent to it is taken, nothing is answered.</summary>
    public Task FreezeAsync(CancellationToken cancellationToken = default) => SignalAllAsync("STOP", cancellationToken);

    /// <summary>Lets it go on after <see cref="FreezeAsync"/>.</summary>
    public Task ThawAsync(CancellationToken cancellationToken = default) => SignalAllAsync("CONT", cancellationToken);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _folder.DisposeAsync();
        _process?.Dispose();
    }

    private async Task CopyAsync(PostgresServer primary, string name, CancellationToken cancellationToken)
    {
        var password = Path.Combine(_folder.Path, "pgpass");
        await File.WriteAllTextAsync(password, $"*:*:*:*:{_password}\n", cancellationToken);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(password, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await ServerAccount.OwnAsync(_folder.Path);
        await ServerAccount.OwnAsync(password);
        await ServerAccount.RunAsAsync([Path.Combine(BinDirectory, "pg_basebackup"), "--pgdata", _folder.Data, "--write-recovery-conf", "--wal-method=stream", "--checkpoint=fast",
            "--create-slot", $"--slot={name}", $"--dbname=host=127.0.0.1 port={primary.Port} user=postgres passfile={password} application_name={name}"], _folder.Log, cancellationToken);
        await File.AppendAllTextAsync(Path.Combine(_folder.Data, "postgresql.conf"), $"unix_socket_directories = '{_folder.Path}'\n", cancellationToken);
    }

    private async Task InitializeAsync(CancellationToken cancellationToken)
    {
        var password = Path.Combine(_folder.Path, "password");
        await File.WriteAllTextAsync(password, _password, cancellationToken);
        await ServerAccount.OwnAsync(_folder.Path);
        await ServerAccount.OwnAsync(password);
        await ServerAccount.RunAsAsync([Path.Combine(BinDirectory, "initdb"), "--pgdata", _folder.Data, "--username=postgres",
            "--auth=scram-sha-256", $"--pwfile={password}", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions"],
            _folder.Log, cancellationToken);
        File.Delete(password);
        var settings = new Dictionary<string, string>
        {
            ["listen_addresses"] = "127.0.0.1",
            ["unix_socket_directories"] = _folder.Path,
            ["fsync"] = "off",
            ["full_page_writes"] = "off",
            ["max_connections"] = "400",
            ["shared_buffers"] = "64MB",
            ["shared_preload_libraries"] = "pg_stat_statements",
            ["track_commit_timestamp"] = "on",
            ["timezone"] = "UTC",
            ["log_timezone"] = "UTC",
        };
        foreach (var (name, value) in _options.Settings)
            settings[name] = value;
        await File.AppendAllLinesAsync(Path.Combine(_folder.Data, "postgresql.conf"),
            settings.Select(setting => $"{setting.Key} = '{setting.Value.Replace("'", "''", StringComparison.Ordinal)}'"), cancellationToken);
    }

    // Between finding a free port and binding it another process can take it.
    private async Task StartOnFreePortAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            Port = FreePorts.Find(1)[0];
            if (await TryStartAsync(cancellationToken))
                return;
            if (attempt == 5 || !Log.Contains("Address already in use", StringComparison.Ordinal))
                throw new InvalidOperationException($"PostgreSQL did not start:\n{Log}");
        }
    }

    private async Task<bool> TryStartAsync(CancellationToken cancellationToken)
    {
        _process?.Dispose();
        _process = ServerAccount.StartAs([Path.Combine(BinDirectory, "postgres"), "-D", _folder.Data, "-p", $"{Port}"], _folder.Log);
        var started = Stopwatch.GetTimestamp();
        while (!_folder.IsReady || _folder.Postmaster != _process.Id)
        {
            if (_process.HasExited || Stopwatch.GetElapsedTime(started) > _patience)
                return false;
            await Task.Delay(10, cancellationToken);
        }
        return true;
    }

    private async Task SignalAsync(string signal, CancellationToken cancellationToken)
    {
        NpgsqlConnection.ClearAllPools();
        if (_process is not { HasExited: false } process)
            return;
        // A killed postmaster's children notice within milliseconds, but a restart must not meet them.
        var children = signal == "KILL" ? await ChildrenOfAsync(process.Id, cancellationToken) : [];
        foreach (var pid in children.Prepend(process.Id))
            using (var kill = Process.Start("kill", [$"-{signal}", $"{pid}"]))
                await kill.WaitForExitAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
    }

    private async Task SignalAllAsync(string signal, CancellationToken cancellationToken)
    {
        foreach (var pid in (await ChildrenOfAsync(_process!.Id, cancellationToken)).Prepend(_process.Id))
            using (var kill = Process.Start("kill", [$"-{signal}", $"{pid}"]))
                await kill.WaitForExitAsync(cancellationToken);
    }

    private static async Task<int[]> ChildrenOfAsync(int parent, CancellationToken cancellationToken)
    {
        using var ps = Process.Start(new ProcessStartInfo("ps", ["-A", "-o", "ppid=,pid="]) { RedirectStandardOutput = true })!;
        var lines = (await ps.StandardOutput.ReadToEndAsync(cancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return [.. lines.Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(fields => fields[0] == $"{parent}").Select(fields => int.Parse(fields[1], null))];
    }
}
