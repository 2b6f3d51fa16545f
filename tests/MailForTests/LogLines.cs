using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace MailForTests;

/// <summary>Keeps what a service logs: level, category, message, and every value that goes with it or its scopes.</summary>
public sealed class LogLines : ILoggerProvider, ISupportExternalScope
{
    private readonly ConcurrentQueue<string> _lines = [];
    private IExternalScopeProvider _scopes = new LoggerExternalScopeProvider();

    /// <summary>Each as "Level Category: message {values}".</summary>
    public IReadOnlyCollection<string> Lines => _lines;

    /// <summary>Forgets what came so far.</summary>
    public void Clear() => _lines.Clear();

    /// <inheritdoc />
    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    /// <inheritdoc />
    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

    /// <inheritdoc />
    public void Dispose()
    {
    }

    private sealed class Logger(LogLines owner, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var values = new List<string>();
            owner._scopes.ForEachScope((scope, all) => all.Add(Text(scope)), values);
            owner._lines.Enqueue($"{logLevel} {category}: {formatter(state, exception)} {{{Text(state)} {string.Join(' ', values)} {exception}}}");
        }

        private static string Text(object? state) => state is IEnumerable<KeyValuePair<string, object?>> pairs ? string.Join(' ', pairs.Select(pair => $"{pair.Key}={pair.Value}")) : $"{state}";
    }
}
