using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using Npgsql;
using PostgresNode.Control;
using PostgresNode.Processes;

namespace PostgresNode.Tests;

/// <summary>A node as a process of its own: the built program, with what a person or the AppHost would tell it.</summary>
internal sealed class TestNode(string name, string folder, int port, int controlPort) : IDisposable
{
    public const string Key = "a-key-for-the-tests";
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(4);
    private readonly StringBuilder _log = new();
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(60) };
    private Process? _process;

    public string Name => name;

    public int Port => port;

    public Uri ControlUrl => new($"http://127.0.0.1:{controlPort}");

    public string Home { get; init; } = Path.Combine(folder, name);

    public string Data => Path.Combine(Home, "data");

    /// <summary>Whether a shell starts the node, which then is the process that <see cref="Signal"/> means.</summary>
    public bool IsBelowShell { get; set; }

    /// <summary>A command that becomes the node's own, whose words stand behind it.</summary>
    public string[] Below { get; set; } = [];

    /// <summary>Environment variables for the next start.</summary>
    public Dictionary<string, string> Settings { get; } = [];

    public string Log
    {
        get { lock (_log) return _log.ToString(); }
    }

    public int ProcessId => _process!.Id;

    public bool IsRunning => _process is { HasExited: false };

    public int? Postmaster => PostmasterFile.Read(Path.Combine(Data, "postmaster.pid"))?.Pid;

    public void Start()
    {
        string[] command = [.. Below, "dotnet", Path.Combine(AppContext.BaseDirectory, "PostgresNode.dll")];
        var pid = Path.Combine(folder, $"{name}.pid");
        if (IsBelowShell)
            command = ["sh", "-c", "\"$@\" & echo $! >\"$0\"; wait", pid, .. command];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["ASPNETCORE_URLS"] = ControlUrl.ToString();
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        start.Environment["DOTNET_TieredPGO"] = "0";
        foreach (var (key, value) in Settings)
            start.Environment[key] = value;
        _process?.Dispose();
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += Keep;
        _process.ErrorDataReceived += Keep;
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        if (!IsBelowShell)
            File.WriteAllText(pid, $"{_process.Id}\n");
    }

    public void Signal(int signal) => Posix.Signal(_process!.Id, signal);

    /// <summary>Ends node and server at once, as a power cut does: neither has time for a word.</summary>
    public async Task VanishAsync()
    {
        const int Stop = 19;
        var server = Postmaster;
        Signal(Stop);
        await SignalServerAsync(server ?? 0, Posix.Kill);
        Signal(Posix.Kill);
        await WaitForExitAsync();
    }

    /// <summary>Signals the server's every process: its children do not stop with it.</summary>
    public static async Task SignalServerAsync(int postmaster, int signal)
    {
        using var ps = Process.Start(new ProcessStartInfo("ps", ["-A", "-o", "ppid=,pid="]) { RedirectStandardOutput = true })!;
        var children = (await ps.StandardOutput.ReadToEndAsync()).Split('\n')
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(fields => fields.Length == 2 && fields[0] == $"{postmaster}").Select(fields => int.Parse(fields[1], null));
        foreach (var pid in children.Prepend(postmaster))
            Posix.Signal(pid, signal);
    }

    public async Task<int> WaitForExitAsync()
    {
        using var limit = new CancellationTokenSource(_patience);
        try
        {
            await _process!.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            using var ps = Process.Start(new ProcessStartInfo("ps", ["-A", "-o", "ppid,pid,stat,wchan:20,args"]) { RedirectStandardOutput = true })!;
            throw new TimeoutException($"{name} ({_process!.Id}, ended: {_process.HasExited}) is not gone after {_patience}.\n{Log}\n{await ps.StandardOutput.ReadToEndAsync()}");
        }

        return _process.ExitCode;
    }

    /// <summary>Ends the node as Ctrl+C does.</summary>
    public async Task<int> StopAsync()
    {
        Signal(Posix.Interrupt);
        return await WaitForExitAsync();
    }

    public async Task<NodeStatus?> TryStatusAsync()
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(ControlUrl, "status"));
            using var response = await SendAsync(request);
            return await response.Content.ReadFromJsonAsync(ControlJson.Default.NodeStatus);
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    public async Task<HttpResponseMessage> PostAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(ControlUrl, path));
        return await SendAsync(request);
    }

    /// <summary>Makes it the primary; it has to let itself be promoted at once.</summary>
    public async Task PromoteAsync(bool force = false)
    {
        using var promoted = await PostAsync(force ? "promote?force=true" : "promote");
        Assert.True(promoted.IsSuccessStatusCode, await promoted.Content.ReadAsStringAsync());
        await WaitForPrimaryAsync();
    }

    /// <summary>Posts, and goes away before the answer.</summary>
    public async Task PostAndLeaveAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(ControlUrl, path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Key);
        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(150));
        try
        {
            using var response = await _http.SendAsync(request, patience.Token);
        }
        catch (OperationCanceledException)
        {
        }
    }

    public async Task<bool> IsHealthyAsync()
    {
        try
        {
            using var response = await _http.GetAsync(new Uri(ControlUrl, "health"));
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    public async Task<NodeStatus> WaitForAsync(string what, Func<NodeStatus, bool> holds)
    {
        var began = Stopwatch.GetTimestamp();
        NodeStatus? status = null;
        while (Stopwatch.GetElapsedTime(began) < _patience)
        {
            status = await TryStatusAsync();
            if (status is not null && holds(status))
                return status;
            await Task.Delay(30);
        }
        throw new TimeoutException($"{name} was not {what} within {_patience.TotalSeconds} s; last it said: {status}\n{Log}");
    }

    public Task<NodeStatus> WaitForPrimaryAsync() => WaitForAsync("primary", status => status is { Phase: NodePhase.Running, Role: NodeRole.Primary });

    public Task<NodeStatus> WaitForStreamingAsync() =>
        WaitForAsync("streaming", status => status is { Phase: NodePhase.Running, Role: NodeRole.Replica, Streaming: true });

    public string ConnectionString(string role = "conversation_owner", string? password = null) => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = port,
        Username = role,
        Password = password ?? TestCluster.Passwords[role],
        Database = "conversations",
        Pooling = false,
        Timeout = 5,
        CommandTimeout = 10,
    }.ConnectionString;

    public async Task<T> QueryAsync<T>(string sql, string role = "conversation_owner")
    {
        await using var connection = new NpgsqlConnection(ConnectionString(role));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async Task ExecuteAsync(string sql, string role = "conversation_owner")
    {
        await using var connection = new NpgsqlConnection(ConnectionString(role));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Waits until this replica has replayed what a primary has written so far.</summary>
    public async Task CatchUpAsync(TestNode primary)
    {
        var end = await primary.QueryAsync<string>("SELECT pg_current_wal_lsn()::text", "postgres");
        for (var tries = 0; tries < 500 && !await QueryAsync<bool>($"SELECT pg_last_wal_replay_lsn() >= '{end}'::pg_lsn"); tries++)
            await Task.Delay(20);
        Assert.True(await QueryAsync<bool>($"SELECT pg_last_wal_replay_lsn() >= '{end}'::pg_lsn"), $"{name} does not catch up.");
    }

    public void Dispose()
    {
        _http.Dispose();
        _process?.Dispose();
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request)
    {
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Key);
        return await _http.SendAsync(request);
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (_log)
            _log.AppendLine(line.Data);
    }
}
