using System.Collections.Concurrent;
using System.Diagnostics;

namespace PostgresNode.Processes;

/// <summary>
/// Starts children from one thread that lives as long as the program: the kernel sends the parent-death signal when the
/// thread that started the child ends, and those of the thread pool come and go.
/// </summary>
internal sealed class ChildLauncher(ServerAccount account) : IDisposable
{
    private readonly BlockingCollection<Action> _starts = [];
    private readonly Lock _gate = new();
    private Thread? _thread;

    public Task<Process> StartAsync(string[] command, IReadOnlyDictionary<string, string>? environment = null)
    {
        EnsureThread();
        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        _starts.Add(() =>
        {
            try
            {
                started.SetResult(Start(command, environment));
            }
            catch (Exception failure)
            {
                started.SetException(failure);
            }
        });
        return started.Task;
    }

    public void Dispose() => _starts.CompleteAdding();

    private void EnsureThread()
    {
        lock (_gate)
        {
            if (_thread is not null)
                return;
            _thread = new Thread(() =>
            {
                foreach (var start in _starts.GetConsumingEnumerable())
                    start();
                // The signal would come if this thread ended before the process.
                Thread.Sleep(Timeout.Infinite);
            })
            { IsBackground = true, Name = "children" };
            _thread.Start();
        }
    }

    private Process Start(string[] command, IReadOnlyDictionary<string, string>? environment)
    {
        var line = account.CommandFor(command);
        var start = new ProcessStartInfo(line[0], line[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = "/",
        };
        // The node's own environment holds its secrets: children get what they need and no more.
        start.Environment.Clear();
        start.Environment["PATH"] = "/usr/local/bin:/usr/bin:/bin";
        start.Environment["LC_ALL"] = "C";
        start.Environment["HOME"] = Environment.GetEnvironmentVariable("HOME") ?? "/";
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        var process = Process.Start(start)!;
        process.StandardInput.Close();
        return process;
    }
}
