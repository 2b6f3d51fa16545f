using System.Text.RegularExpressions;

namespace PostgresNode.Processes;

/// <summary>Forwards the server's lines with their severity, and remembers what they say about the node's state.</summary>
internal sealed partial class ServerLog(ILoggerFactory loggers)
{
    private readonly ILogger _logger = loggers.CreateLogger("PostgreSQL");
    private LogLevel _level = LogLevel.Information;

    /// <summary>The last FATAL or PANIC since <see cref="Forget"/>.</summary>
    public string? LastFatal { get; private set; }

    /// <summary>What ended the server, in whichever of its processes, since <see cref="Forget"/>.</summary>
    public string? LastPanic { get; private set; }

    /// <summary>What the server's account may not touch, since <see cref="Forget"/>.</summary>
    public string? Denied { get; private set; }

    /// <summary>Why a standby cannot go on from where it is, since <see cref="Forget"/>.</summary>
    public string? Divergence { get; private set; }

    public void Forget()
    {
        LastFatal = null;
        LastPanic = null;
        Denied = null;
        Divergence = null;
    }

    public async Task ForwardAsync(StreamReader lines)
    {
        while (await lines.ReadLineAsync() is { } line)
            Forward(line);
    }

    internal void Forward(string line)
    {
        var severity = Severity().Match(line);
        if (severity.Success)
        {
            // The prefix of a client's line has user@database; what a client is refused is no failure of the server.
            var client = line.Contains('@', StringComparison.Ordinal);
            _level = severity.Groups[1].Value switch
            {
                "PANIC" => LogLevel.Critical,
                "FATAL" or "ERROR" => client ? LogLevel.Warning : LogLevel.Error,
                "WARNING" => LogLevel.Warning,
                "LOG" or "INFO" or "NOTICE" => LogLevel.Information,
                // DETAIL, HINT, CONTEXT, STATEMENT belong to the line before.
                "DETAIL" or "HINT" or "CONTEXT" or "STATEMENT" or "QUERY" or "LOCATION" => _level,
                _ => LogLevel.Debug,
            };
            if (line.EndsWith("Permission denied", StringComparison.Ordinal))
                Denied = line[(severity.Index + severity.Length)..].Trim();
            if (severity.Groups[1].Value == "PANIC")
                LastPanic = line[(severity.Index + severity.Length)..].Trim();
            if (severity.Groups[1].Value == "PANIC" || (severity.Groups[1].Value == "FATAL" && !client))
                LastFatal = line[(severity.Index + severity.Length)..].Trim();
            if (Diverged().IsMatch(line))
                Divergence = line[(severity.Index + severity.Length)..].Trim();
        }
        if (_logger.IsEnabled(_level))
            Write(_logger, _level, line);
    }

    [LoggerMessage("{Line}")]
    private static partial void Write(ILogger logger, LogLevel level, string line);

    [GeneratedRegex(@"(?:^|\s)(DEBUG\d?|LOG|INFO|NOTICE|WARNING|ERROR|FATAL|PANIC|DETAIL|HINT|CONTEXT|STATEMENT|QUERY|LOCATION):  ")]
    private static partial Regex Severity();

    [GeneratedRegex("has already been removed|can no longer get changes|forked off current database system timeline|is ahead of the WAL flush position|is behind recovery timeline|invalidated|is not a child of database system timeline|is not in this server's history|database system identifier differs")]
    private static partial Regex Diverged();
}
