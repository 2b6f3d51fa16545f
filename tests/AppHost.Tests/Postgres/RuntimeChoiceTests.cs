using System.Diagnostics;
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.Versioning;
using AppHost.Postgres;
using AppHost.Postgres.Runtimes;

namespace AppHost.Tests.Postgres;

[UnsupportedOSPlatform("windows")]
public sealed class RuntimeChoiceTests : IDisposable
{
    private static readonly DistributedApplicationExecutionContext _run = new(DistributedApplicationOperation.Run);
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

        var made = RuntimeChoice.Make(options, new DistributedApplicationExecutionContext(DistributedApplicationOperation.Publish), null, null, null);

        Assert.Equal(Enum.Parse<PostgresRuntime>(expected), made);
    }

    [Theory]
    [InlineData("Auto", "Local", "Local")]
    [InlineData("Local", "Local", "Local")]
    public void Data_decides_where_nothing_else_is_asked_for(string configured, string madeBy, string expected)
    {
        var options = new PostgresClusterOptions { Runtime = Enum.Parse<PostgresRuntime>(configured) };

        Assert.Equal(Enum.Parse<PostgresRuntime>(expected), RuntimeChoice.Make(options, _run, null, null, Enum.Parse<PostgresRuntime>(madeBy)));
    }

    [Theory]
    [InlineData("Container", "Local", "begin with an empty database")]
    [InlineData("Local", "Container", "begin with an empty database")]
    [InlineData("Auto", "Container", "no container engine answers")]
    public void Data_is_never_passed_over_in_silence(string configured, string madeBy, string message)
    {
        var options = new PostgresClusterOptions { Runtime = Enum.Parse<PostgresRuntime>(configured) };

        var refusal = Assert.Throws<DistributedApplicationException>(() => RuntimeChoice.Make(options, _run, null, null, Enum.Parse<PostgresRuntime>(madeBy)));

        Assert.Contains(message, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("reset", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Containers_that_cannot_be_run_are_refused_with_what_is_missing()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        using var data = new DataFolder();
        await using var appHost = AppHostProcess.Start([.. RunningPlatform.Arguments($"http://localhost:{RunningPlatform.FreePort()}", "key"), .. data.Arguments,
            "--Postgres:Runtime=container", $"--ASPIRE_CONTAINER_RUNTIME={Path.Combine(_folder.FullName, "none")}"]);

        await appHost.EndedAsync(limit.Token);

        Assert.Equal(1, appHost.ExitCode);
        Assert.Contains("Postgres:Runtime is container, and ", appHost.Output, StringComparison.Ordinal);
        Assert.Contains("Postgres:Runtime=local", appHost.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", appHost.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void An_engine_that_does_not_answer_is_named_where_containers_could_be_run()
    {
        var able = AssemblyBuilder.DefineDynamicAssembly(new AssemblyName("able"), AssemblyBuilderAccess.Run,
            [new CustomAttributeBuilder(typeof(AssemblyMetadataAttribute).GetConstructors().Single(), ["dcpclipath", "/dcp"])]);
        var (wanted, engine) = (new PostgresClusterOptions { Runtime = PostgresRuntime.Container }, Path.Combine(_folder.FullName, "none"));

        Assert.Contains($"no container engine answers within 2 s ({engine})", RuntimeChoice.MissingForContainers(wanted, _run, able, engine), StringComparison.Ordinal);
        Assert.Null(RuntimeChoice.MissingForContainers(new PostgresClusterOptions(), _run, able, engine));
        Assert.Null(RuntimeChoice.MissingForContainers(wanted, new DistributedApplicationExecutionContext(DistributedApplicationOperation.Publish), able, engine));
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
