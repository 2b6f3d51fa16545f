using System.ComponentModel;
using Npgsql;
using PostgresNode.Control;
using PostgresNode.DataDirectory;
using PostgresNode.Processes;
using PostgresNode.Roles;
using PostgresNode.Startup;

namespace PostgresNode.Supervision;

/// <summary>Keeps the server up: starts it, starts it again with back-off when it dies, watches peers, stops it at the end.</summary>
internal sealed partial class NodeSupervisor(
    BringUp bringUp, LocalDataReader reader, PostgresProcess server, LocalDatabase local, Watch watch, NodeState state, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<NodeSupervisor> logger)
    : BackgroundService, IHostedLifecycleService
{
    private static readonly TimeSpan _tick = TimeSpan.FromSeconds(1);
    /// <summary>Of the 3.5 s or so that an orchestrator leaves between SIGTERM and SIGKILL.</summary>
    private static readonly TimeSpan _longestCheckpoint = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan _longestBackOff = TimeSpan.FromSeconds(30);
    /// <summary>Within which a server that ended was not really up.</summary>
    private static readonly TimeSpan _shortLife = TimeSpan.FromSeconds(5);
    /// <summary>For how long nobody can have been promoted unnoticed while the server is down.</summary>
    private static readonly TimeSpan _longestTrust = TimeSpan.FromSeconds(10);
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly SemaphoreSlim _wake = new(0);
    private readonly Intent _intent = new();
    private bool _wasUp;
    private long _upAt;
    private long _diedAt;
    private StartWish? _trusted;

    /// <summary>Stops the server and keeps it stopped. Not to be given up half-way: whoever asked may go.</summary>
    public async Task StopServerAsync(string reason)
    {
        await InterruptAsync(forGood: false);
        try
        {
            await StopCoreAsync(reason);
            var fault = await ReadDataAsync(CancellationToken.None);
            state.Set(NodePhase.Stopped, fault is null ? reason : $"{reason} {fault}");
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Has the server started, with a wish that replaces an earlier one; does not wait for it.</summary>
    public void StartServer(StartWish wish)
    {
        _intent.Want(wish);
        _wake.Release();
    }

    /// <summary>Stops the server, then starts it.</summary>
    public async Task RestartServerAsync(StartWish wish, string reason)
    {
        await StopServerAsync(reason);
        StartServer(wish);
    }

    /// <summary>Runs an operation while nothing else changes the server.</summary>
    public async Task<T> ExclusivelyAsync<T>(Func<Task<T>> operation, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            return await operation();
        }
        finally
        {
            _gate.Release();
        }
    }

    // Before the web server ends, so that peers can still ask while this one goes down.
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        await InterruptAsync(forGood: true);
        try
        {
            if (state.Server is { Facts.Role: NodeRole.Replica })
                await watch.LetPrimaryGoFirstAsync();
            else if (state.Server is not null && server.IsRunning)
                await CheckpointAsync();
            await StopCoreAsync("The program ends.");
        }
        finally
        {
            _gate.Release();
        }
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Dispose()
    {
        _gate.Dispose();
        _wake.Dispose();
        _intent.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var pause = _tick;
            await _gate.WaitAsync(stoppingToken);
            try
            {
                if (_intent.IsWanted)
                    pause = server.IsRunning && _wasUp ? await WatchAsync(stoppingToken) : await TryBringUpAsync(stoppingToken);
            }
            finally
            {
                _gate.Release();
            }
            await PauseAsync(pause, stoppingToken);
        }
    }

    private async Task<TimeSpan> TryBringUpAsync(CancellationToken stoppingToken)
    {
        if (!server.IsRunning)
            await ReadDataAsync(stoppingToken);
        if (_wasUp)
        {
            // A running primary does not stop for silence, so its restart by the process that never left it does not either.
            _trusted = new(Lead: state.Server is { Facts.Role: NodeRole.Primary });
            _intent.Replace(_trusted);
            (_wasUp, _diedAt) = (false, time.GetTimestamp());
            Died(server.LastWords);
            if (time.GetElapsedTime(_upAt) < _shortLife && _intent.Fail() is > 1 and var deaths)
            {
                state.Set(NodePhase.Failed, $"PostgreSQL ended soon after its start ({server.LastWords}); it is started again in {BackOff(deaths).TotalSeconds:0.0} s.");
                return BackOff(deaths);
            }
        }
        if (_trusted is { } trusted && time.GetElapsedTime(_diedAt) > _longestTrust)
            _intent.Drop(trusted);
        if (_intent.Begin() is not var (wish, outdated))
            return _tick;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, outdated);
        try
        {
            if (server.IsRunning)
                await server.StopAsync();
            await bringUp.RunAsync(wish, either.Token);
            _wasUp = true;
            _intent.Drop(wish);
            _upAt = time.GetTimestamp();
            return _tick;
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            return TimeSpan.Zero;
        }
        catch (NodeFaultException fault) when (fault.Permanent)
        {
            state.Set(NodePhase.Failed, fault.Message);
            Environment.ExitCode = NodeFaultException.ExitCode;
            lifetime.StopApplication();
            return _tick;
        }
        catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
        {
            await server.StopAsync();
            await ReadDataAsync(stoppingToken);
            var failures = _intent.Fail();
            if (failure is not (NodeFaultException or NpgsqlException))
                Unexpected(failure);
            state.Set(NodePhase.Failed, failure is NodeFaultException ? failure.Message : $"The start broke off: {failure.Message}{server.Remedy}");
            return BackOff(failures);
        }
    }

    // Before peers see that the server is down: they decide by what its data is now, not by what it was at the last start.
    private async Task<string?> ReadDataAsync(CancellationToken cancellationToken)
    {
        try
        {
            state.SetData(await reader.ReadAsync(cancellationToken));
            return null;
        }
        catch (Exception failure) when (failure is NodeFaultException or IOException or UnauthorizedAccessException or Win32Exception)
        {
            state.SetData(null);
            return failure.Message;
        }
    }

    private async Task<TimeSpan> WatchAsync(CancellationToken stoppingToken)
    {
        Healing? healing = null;
        // The program's end does not wait for silent peers.
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, lifetime.ApplicationStopping);
        try
        {
            healing = await watch.LookAsync(ending.Token);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            return _tick;
        }
        catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
        {
            // The next look is a second away; the server's end is noticed apart from this.
            Unexpected(failure);
        }
        if (healing is null)
        {
            if (time.GetElapsedTime(_upAt) > _shortLife)
                _intent.Succeed();
            return _tick;
        }
        await StopCoreAsync(healing.Reason);
        _intent.Replace(healing.Wish);
        return TimeSpan.Zero;
    }

    private async Task StopCoreAsync(string reason)
    {
        if (server.IsRunning)
        {
            state.Set(NodePhase.Stopping, reason);
            await server.StopAsync();
        }
        _wasUp = false;
    }

    // What is flushed now need not be once sessions are refused. Replicas wait for this node from the first moment.
    private async Task CheckpointAsync()
    {
        state.Set(NodePhase.Stopping, "The program ends.");
        using var limit = new CancellationTokenSource(_longestCheckpoint, time);
        try
        {
            await using var connection = await local.OpenForSetupAsync("postgres", limit.Token);
            await connection.ExecuteAsync("CHECKPOINT", limit.Token);
        }
        catch (Exception failure) when (failure is NpgsqlException or TimeoutException or IOException or OperationCanceledException)
        {
            // The shutdown's own checkpoint does what is left.
        }
    }

    // Ends a start that is waiting, and takes the gate; the caller releases it.
    private async Task InterruptAsync(bool forGood)
    {
        _intent.Interrupt();
        await _gate.WaitAsync();
        _intent.Stop(forGood);
    }

    private static TimeSpan BackOff(int failures)
    {
        var delay = TimeSpan.FromMilliseconds(250 * Math.Pow(2, Math.Min(failures, 10) - 1));
        return delay < _longestBackOff ? delay : _longestBackOff;
    }

    // Until the time is over, somebody asks for something, or the server ends.
    private async Task PauseAsync(TimeSpan pause, CancellationToken stoppingToken)
    {
        if (pause == TimeSpan.Zero)
            return;
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        var waits = new List<Task> { Task.Delay(pause, time, over.Token), _wake.WaitAsync(over.Token) };
        if (server.IsRunning)
            waits.Add(server.WaitForExitAsync(over.Token));
        await Task.WhenAny(waits);
        await over.CancelAsync();
    }

    [LoggerMessage(LogLevel.Error, "PostgreSQL ended unasked ({LastWords}); it is started again")]
    private partial void Died(string lastWords);

    [LoggerMessage(LogLevel.Error, "Something went wrong that the node did not foresee")]
    private partial void Unexpected(Exception failure);
}
