using System.Diagnostics;
using System.Runtime.Versioning;
using AppHost.Postgres;

namespace AppHost.Tests.Postgres;

[UnsupportedOSPlatform("windows")]
public sealed class RuntimeChoiceTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("engine-");

    [Theory]
    [InlineData("exit 0", true)]
    [InlineData("echo 'Cannot connect to the daemon' >&2; exit 1", false)]
    [InlineData("exec sleep 60", false)]
    public void An_engine_counts_only_when_it_answers_within_two_seconds(string behaviour, bool expected)
    {
        var engine = Path.Combine(_folder.FullName, "engine");
        File.WriteAllText(engine, $"#!/bin/sh\n{behaviour}\n");
        File.SetUnixFileMode(engine, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var clock = Stopwatch.StartNew();

        Assert.Equal(expected, RuntimeChoice.EngineAnswers(engine));

        // Generous for a slow machine; what counts is that the 60 seconds are not waited for.
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(30));
    }

    [Fact]
    public void An_engine_that_is_not_installed_does_not_answer() =>
        Assert.False(RuntimeChoice.EngineAnswers(Path.Combine(_folder.FullName, "none")));

    [Theory]
    [InlineData("Auto", "Container")]
    [InlineData("Local", "Container")]
    [InlineData("Container", "Container")]
    [InlineData("External", "External")]
    public void What_is_published_does_not_depend_on_this_machine(string configured, string expected)
    {
        var options = new PostgresClusterOptions { Runtime = Enum.Parse<PostgresRuntime>(configured) };

        var made = RuntimeChoice.Make(options, new DistributedApplicationExecutionContext(DistributedApplicationOperation.Publish), null, null);

        Assert.Equal(Enum.Parse<PostgresRuntime>(expected), made);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
