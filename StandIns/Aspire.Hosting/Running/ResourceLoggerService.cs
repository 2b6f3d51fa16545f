using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.ApplicationModel;

public readonly record struct LogLine(int LineNumber, string Content, bool IsErrorMessage);

public class ResourceLoggerService : IDisposable
{
    private readonly ConcurrentDictionary<string, ResourceLog> _logs = new();

    public ILogger GetLogger(IResource resource) => GetLogger(NameOf(resource));

    public ILogger GetLogger(string resourceName) => LogOf(resourceName);

    public IAsyncEnumerable<IReadOnlyList<LogLine>> WatchAsync(IResource resource) => WatchAsync(NameOf(resource));

    public IAsyncEnumerable<IReadOnlyList<LogLine>> WatchAsync(string resourceName) => LogOf(resourceName).WatchAsync(follow: true, CancellationToken.None);

    public IAsyncEnumerable<IReadOnlyList<LogLine>> GetAllAsync(IResource resource) => GetAllAsync(NameOf(resource));

    public IAsyncEnumerable<IReadOnlyList<LogLine>> GetAllAsync(string resourceName) => LogOf(resourceName).WatchAsync(follow: false, CancellationToken.None);

    public void Complete(IResource resource) => Complete(NameOf(resource));

    public void Complete(string name) => LogOf(name).Complete();

    public void ClearBacklog(string resourceName) => LogOf(resourceName).Clear();

    public void Dispose()
    {
        foreach (var log in _logs.Values)
        {
            log.Complete();
        }

        GC.SuppressFinalize(this);
    }

    internal IAsyncEnumerable<IReadOnlyList<LogLine>> WatchAsync(string resourceName, bool follow, CancellationToken cancellationToken) =>
        LogOf(resourceName).WatchAsync(follow, cancellationToken);

    internal void Append(string resourceName, string text, bool isError) => LogOf(resourceName).Append(text, isError);

    private static string NameOf(IResource resource) => resource.LastAnnotation<InstanceNamesAnnotation>()?.Names[0] ?? resource.Name;

    private ResourceLog LogOf(string name) => _logs.GetOrAdd(name, _ => new ResourceLog());

    private sealed class ResourceLog : ILogger
    {
        private const int Backlog = 10_000;
        private readonly Lock _lock = new();
        private readonly Queue<LogLine> _lines = [];
        private readonly List<Channel<LogLine>> _watchers = [];
        private int _count;
        private bool _complete;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var time = DateTime.UtcNow.ToString("yyyy-MM-ddTHH:mm:ss.fffffffZ", CultureInfo.InvariantCulture);
            var text = formatter(state, exception) + (exception is null ? "" : Environment.NewLine + exception);
            Append($"{time} {text}", logLevel >= LogLevel.Error);
        }

        public void Append(string text, bool isError)
        {
            lock (_lock)
            {
                var line = new LogLine(++_count, text, isError);
                _lines.Enqueue(line);
                if (_lines.Count > Backlog)
                {
                    _lines.Dequeue();
                }

                foreach (var watcher in _watchers)
                {
                    watcher.Writer.TryWrite(line);
                }
            }
        }

        public void Clear()
        {
            lock (_lock)
            {
                _lines.Clear();
            }
        }

        public void Complete()
        {
            lock (_lock)
            {
                _complete = true;
                _watchers.ForEach(watcher => watcher.Writer.TryComplete());
            }
        }

        public async IAsyncEnumerable<IReadOnlyList<LogLine>> WatchAsync(bool follow, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            var channel = Channel.CreateUnbounded<LogLine>();
            LogLine[] backlog;
            lock (_lock)
            {
                backlog = [.. _lines];
                if (!follow || _complete)
                {
                    channel.Writer.TryComplete();
                }

                _watchers.Add(channel);
            }

            try
            {
                if (backlog.Length > 0)
                {
                    yield return backlog;
                }

                while (await channel.Reader.WaitToReadAsync(cancellationToken))
                {
                    var lines = new List<LogLine>();
                    while (channel.Reader.TryRead(out var line))
                    {
                        lines.Add(line);
                    }

                    yield return lines;
                }
            }
            finally
            {
                lock (_lock)
                {
                    _watchers.Remove(channel);
                }
            }
        }
    }
}
