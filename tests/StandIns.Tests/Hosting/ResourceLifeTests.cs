using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dashboard;
using Aspire.Hosting.Running;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace StandIns.Tests.Hosting;

public sealed class ResourceLifeTests
{
    [Fact]
    public async Task What_waits_for_completion_starts_after_a_good_end_and_never_after_a_bad_one()
    {
        await using var test = new TestApplication();
        var good = test.Shell("good", "exit 0");
        var bad = test.Shell("bad", "exit 3");
        test.Shell("after-good", "echo started; exec sleep 600").WaitForCompletion(good);
        test.Shell("after-bad", "echo started; exec sleep 600").WaitForCompletion(bad);
        await test.StartAsync();

        await test.SaysAsync("after-good", "started");
        await test.IsAsync("after-bad", KnownResourceStates.FailedToStart);

        await test.SaysAsync("after-bad", "exit code 3");
    }

    [Fact]
    public async Task What_waits_for_another_starts_when_that_is_healthy()
    {
        await using var test = new TestApplication();
        var healthy = false;
        test.Builder.Services.AddHealthChecks().AddCheck("switch", () => healthy ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("not yet"));
        var first = test.Shell("first", "exec sleep 600").WithHealthCheck("switch");
        test.Shell("second", "echo started; exec sleep 600").WaitFor(first);
        await test.StartAsync();

        await test.IsAsync("second", KnownResourceStates.Waiting);
        var reason = await test.Application.ResourceNotifications.WaitForResourceAsync("first", change => change.Snapshot.HealthReports.Any(report => report.Status is HealthStatus.Unhealthy), test.Limit);
        Assert.Equal("not yet", reason.Snapshot.HealthReports.Single().Description);
        healthy = true;

        await test.SaysAsync("second", "started");
    }

    [Fact]
    public async Task Stop_start_and_restart_are_commands_of_every_program()
    {
        await using var test = new TestApplication();
        test.Shell("program", "echo started; exec sleep 600");
        await test.StartAsync();
        var first = await test.IsAsync("program", KnownResourceStates.Running);

        var stopped = await test.Application.ResourceCommands.ExecuteCommandAsync("program", KnownResourceCommands.StopCommand, test.Limit);
        await test.Application.ResourceNotifications.WaitForResourceAsync("program", KnownResourceStates.TerminalStates, test.Limit);
        var started = await test.Application.ResourceCommands.ExecuteCommandAsync("program", KnownResourceCommands.StartCommand, test.Limit);
        var second = await test.IsAsync("program", KnownResourceStates.Running);

        Assert.True(stopped.Success && started.Success);
        Assert.NotEqual(Pid(first), Pid(second));
    }

    [Fact]
    public async Task What_a_command_found_reaches_its_caller_and_the_dashboard()
    {
        await using var test = new TestApplication();
        test.Shell("program", "exec sleep 600").WithCommand("report", "Report",
            _ => Task.FromResult(CommandResults.Success("One table", "| leads |", CommandResultFormat.Markdown, displayImmediately: true)));
        await test.StartAsync();
        var running = await test.IsAsync("program", KnownResourceStates.Running);
        var services = test.Application.Services;

        var result = await test.Application.ResourceCommands.ExecuteCommandAsync("program", "report", test.Limit);
        var shown = await ActivatorUtilities.CreateInstance<DashboardResources>(services).ExecuteCommandAsync(running.ResourceId, "report", test.Limit);

        Assert.Equal(("One table", "| leads |", CommandResultFormat.Markdown, true), (result.Message, result.Data!.Value, result.Data.Format, result.Data.DisplayImmediately));
        Assert.Equal("One table", shown.Message);
        Assert.Equal(new DashboardCommandOutput("| leads |", DashboardOutputFormat.Markdown, DisplayImmediately: true), shown.Output);
    }

    [Fact]
    public async Task A_program_that_does_not_exist_fails_to_start_and_its_log_says_why()
    {
        await using var test = new TestApplication();
        test.Builder.AddExecutable("nothing", "/no/such/program", ".");
        await test.StartAsync();

        await test.IsAsync("nothing", KnownResourceStates.FailedToStart);

        await test.SaysAsync("nothing", "no such file");
    }

    [Fact]
    public async Task A_container_says_that_it_needs_the_real_packages()
    {
        await using var test = new TestApplication();
        test.Builder.AddContainer("cache", "valkey/valkey", "8.1");
        await test.StartAsync();

        await test.IsAsync("cache", KnownResourceStates.FailedToStart);

        await test.SaysAsync("cache", "Containers need the real Aspire packages");
    }

    [Fact]
    public async Task What_is_to_be_started_by_hand_waits_for_its_command()
    {
        await using var test = new TestApplication();
        test.Shell("later", "echo started; exec sleep 600").WithExplicitStart();
        test.Shell("now", "exec sleep 600");
        await test.StartAsync();
        await test.IsAsync("now", KnownResourceStates.Running);
        test.Application.ResourceNotifications.TryGetCurrentState("later", out var before);

        await test.Application.ResourceCommands.ExecuteCommandAsync("later", KnownResourceCommands.StartCommand, test.Limit);

        Assert.Equal(KnownResourceStates.NotStarted, before!.Snapshot.State?.Text);
        await test.SaysAsync("later", "started");
    }

    [Fact]
    public async Task Events_come_in_their_order()
    {
        await using var test = new TestApplication();
        List<string> events = [];
        test.Builder.OnBeforeStart((_, _) => Note("before start"));
        test.Shell("program", "exit 0")
            .OnInitializeResource((_, _, _) => Note("initialize"))
            .OnBeforeResourceStarted((_, _, _) => Note("before resource started"))
            .OnResourceReady((_, _, _) => Note("ready"))
            .OnResourceStopped((_, _, _) => Note("stopped"));
        await test.StartAsync();

        await test.Application.ResourceNotifications.WaitForResourceAsync("program", KnownResourceStates.TerminalStates, test.Limit);
        while (!events.Contains("stopped"))
        {
            await Task.Delay(20, test.Limit);
        }

        Assert.Equal(["before start", "initialize", "before resource started"], events.Take(3));

        Task Note(string name)
        {
            lock (events)
            {
                events.Add(name);
            }

            return Task.CompletedTask;
        }
    }

    private static object? Pid(ResourceEvent change) => change.Snapshot.Properties.Single(property => property.Name == "executable.pid").Value;
}
