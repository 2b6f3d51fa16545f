using Microsoft.Extensions.Logging;
using PostgresNode.Processes;

namespace PostgresNode.Tests.Processes;

/// <summary>What the server says of itself counts; what its clients have it write does not.</summary>
public sealed class ServerLogTests
{
    [Theory]
    [InlineData("[7] walreceiver FATAL:  could not receive data from WAL stream: ERROR:  requested WAL segment 000000010000000000000003 has already been removed")]
    [InlineData("[7] walreceiver FATAL:  could not start WAL streaming: ERROR:  can no longer access replication slot \"node_postgres_2\"")]
    [InlineData("[7] walreceiver FATAL:  could not start WAL streaming: ERROR:  requested starting point 0/5000000 is ahead of the WAL flush position of this server 0/4000000")]
    [InlineData("[7] startup LOG:  new timeline 2 forked off current database system timeline 1 before current recovery point 0/3000148")]
    public void The_servers_own_words_tell_that_a_standby_cannot_go_on(string line)
    {
        var log = new ServerLog(new LoggerFactory());
        log.Forward(line);
        Assert.EndsWith(line[^40..], log.Divergence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[7] client backend [psql] ERROR:  invalid input syntax for type integer: \"has already been removed\"")]
    [InlineData("[7] client backend [psql] STATEMENT:  SELECT 'forked off current database system timeline'::int")]
    [InlineData("[7] client backend [x] walreceiver FATAL:  has already been removed] ERROR:  division by zero")]
    [InlineData("[7] client backend [[1] walreceiver FATAL:  has already been removed] LOG:  disconnection")]
    [InlineData("\t[7] walreceiver FATAL:  has already been removed")]
    [InlineData("\tFATAL:  has already been removed")]
    [InlineData("[7] parallel worker ERROR:  invalid input syntax for type integer: \"has already been removed\"")]
    [InlineData("[7] walsender [postgres-3] ERROR:  requested WAL segment 000000010000000000000003 has already been removed")]
    public void A_clients_words_do_not(string line)
    {
        var log = new ServerLog(new LoggerFactory());
        log.Forward(line);
        Assert.Null(log.Divergence);
        Assert.Null(log.LastFatal);
        Assert.Null(log.LastPanic);
    }

    [Fact]
    public async Task A_line_ends_where_the_server_ends_it()
    {
        var log = new ServerLog(new LoggerFactory());
        using var output = new StringReader("[7] client backend [x] ERROR:  x\r[1] walreceiver FATAL:  has already been removed\u2028[1] walreceiver FATAL:  has already been removed\n[8] postmaster FATAL:  first\n[8] postmaster FATAL:  last");
        await log.ForwardAsync(output);
        Assert.Null(log.Divergence);
        Assert.Equal("last", log.LastFatal);
    }

    [Fact]
    public void A_line_before_the_settings_are_read_and_one_of_no_session_are_the_servers_reason()
    {
        var log = new ServerLog(new LoggerFactory());
        log.Forward("2026-11-22 10:00:00.123 UTC [7] FATAL:  configuration file \"postgresql.conf\" contains errors");
        Assert.Equal("configuration file \"postgresql.conf\" contains errors", log.LastFatal);
        log.Forward("[7] postmaster FATAL:  could not open file \"global/pg_control\": Permission denied");
        Assert.Equal(log.LastFatal, log.Denied);
        log.Forward("[8] checkpointer PANIC:  could not write to file \"pg_wal/xlogtemp.8\": No space left on device");
        Assert.StartsWith("could not write", log.LastPanic, StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_is_forwarded_with_its_severity()
    {
        var levels = new Levels();
        using var loggers = LoggerFactory.Create(builder => builder.AddProvider(levels));
        var log = new ServerLog(loggers);
        foreach (var line in new[] { "[7] client backend [api] ERROR:  no", "[7] client backend [api] STATEMENT:  SELECT", "\tPANIC:  1", "[8] checkpointer ERROR:  no", "[8] checkpointer LOG:  yes" })
            log.Forward(line);
        Assert.Equal([LogLevel.Warning, LogLevel.Warning, LogLevel.Warning, LogLevel.Error, LogLevel.Information], levels.Seen);
    }

    private sealed class Levels : ILoggerProvider, ILogger
    {
        public List<LogLevel> Seen { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Seen.Add(logLevel);

        public void Dispose()
        {
        }
    }
}
