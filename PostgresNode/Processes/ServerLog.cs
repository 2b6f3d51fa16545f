using System.Text;
using System.Text.RegularExpressions;

namespace PostgresNode.Processes;

/// <summary>Forwards the server's lines with their severity, and remembers what they say about the node's state.</summary>
internal sealed partial class ServerLog(ILoggerFactory loggers)
{
    /// <summary>
    /// log_line_prefix: which process of the server speaks, then in brackets the application of a client's session. Its user and database are not
    /// in it: whoever connects chooses these names, line breaks included, before he is asked for a password. The log of connections has them, by process.
    /// </summary>
    public const string Prefix = "[%p] %b %q[%a] ";

    private readonly ILogger _logger = loggers.CreateLogger("PostgreSQL");
    private LogLevel _level = LogLevel.Information;

    /// <summary>The last FATAL or PANIC since <see cref="Forget"/>.</summary>
    public string? LastFatal { get; private set; }

    /// <summary>What ended the server, in whichever of its processes, since <see cref="Forget"/>.</summary>
    public string? LastPanic { get; private set; }

    /// <summary>What the server's account may not touch, since <see cref="Forget"/>.</summary>
    public string? Denied { get; private set; }

    /// <summary>Why a standby cannot go on from where it is, since <see cref="Forget"/>; in the words of the two processes that no client speaks through.</summary>
    public string? Divergence { get; private set; }

    public void Forget()
    {
        LastFatal = null;
        LastPanic = null;
        Denied = null;
        Divergence = null;
    }

    /// <summary>Forwards all that is written, to its end. A line ends at a line feed alone: a client's text may have other ends of lines in it, which the server does not mark.</summary>
    public async Task ForwardAsync(TextReader output)
    {
        var line = new StringBuilder();
        var buffer = new char[4096];
        for (int count; (count = await output.ReadAsync(buffer)) > 0;)
        {
            var rest = buffer.AsMemory(0, count);
            for (int end; (end = rest.Span.IndexOf('\n')) >= 0; rest = rest[(end + 1)..])
            {
                Forward(line.Append(rest.Span[..end]).ToString());
                line.Clear();
            }
            line.Append(rest.Span);
        }
        if (line.Length > 0)
            Forward(line.ToString());
    }

    internal void Forward(string line)
    {
        // What follows the first line of a message, or is a client's text in it, begins with a tab: it says nothing of its own.
        if (!line.StartsWith('\t') && Severity().Match(line) is { Success: true } severity)
        {
            var (process, level, text) = (severity.Groups["process"].Value, severity.Groups["level"].Value, line[(severity.Index + severity.Length)..].Trim());
            // What a client is refused is no failure of the server.
            var client = severity.Groups["session"].Success;
            _level = level switch
            {
                "PANIC" => LogLevel.Critical,
                "FATAL" or "ERROR" => client ? LogLevel.Warning : LogLevel.Error,
                "WARNING" => LogLevel.Warning,
                "LOG" or "INFO" or "NOTICE" => LogLevel.Information,
                // DETAIL, HINT, CONTEXT, STATEMENT belong to the line before.
                "DETAIL" or "HINT" or "CONTEXT" or "STATEMENT" or "QUERY" or "LOCATION" => _level,
                _ => LogLevel.Debug,
            };
            if (!client && text.EndsWith("Permission denied", StringComparison.Ordinal))
                Denied = text;
            if (level == "PANIC")
                LastPanic = text;
            if (level == "PANIC" || (level == "FATAL" && !client))
                LastFatal = text;
            if (process is "startup" or "walreceiver" && Diverged().IsMatch(text))
                Divergence = text;
        }
        var shown = line.Replace("\r", "\\r", StringComparison.Ordinal);
        if (_logger.IsEnabled(_level))
            Write(_logger, _level, shown);
    }

    [LoggerMessage("{Line}")]
    private static partial void Write(ILogger logger, LogLevel level, string line);

    // Before the server has read its settings it writes a prefix of another form; nobody can be connected then.
    [GeneratedRegex(@"^(?:\[\d+\] (?<process>[^\[\]:]+?) (?<session>\[.*?\] )?|[-+:.\w ]*(?:\[\d+\] )?)(?<level>DEBUG\d?|LOG|INFO|NOTICE|WARNING|ERROR|FATAL|PANIC|DETAIL|HINT|CONTEXT|STATEMENT|QUERY|LOCATION):  ")]
    private static partial Regex Severity();

    [GeneratedRegex("has already been removed|can no longer (?:get changes|access replication slot)|forked off current database system timeline|is ahead of the WAL flush position|is behind recovery timeline|is not a child of database system timeline|is not in this server's history|database system identifier differs")]
    private static partial Regex Diverged();
}
