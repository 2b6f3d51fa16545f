using Microsoft.Extensions.Diagnostics.HealthChecks;
using OperationsCatalogue;

namespace AppHost.Tests.Operations;

/// <summary>The worker's commands in the model, without running it.</summary>
public sealed class OperationModelTests : IAsyncLifetime, IDisposable
{
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromMinutes(2));
    private readonly DataFolder _data = new();
    private IDistributedApplicationTestingBuilder? _builder;
    private IReadOnlyList<ResourceCommandAnnotation> _commands = [];

    public async Task InitializeAsync()
    {
        _builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.AppHost>(
            [.. RunningPlatform.Arguments($"http://localhost:{RunningPlatform.FreePort()}", "key"), .. _data.Arguments], _limit.Token);
        _commands = [.. _builder.Resources.Single(resource => resource.Name == "worker").Annotations.OfType<ResourceCommandAnnotation>()];
    }

    [Fact]
    public void Each_highlighted_operation_is_a_command_and_no_other_operation_is_one()
    {
        var operations = _commands.Select(command => command.Name).Where(name => Catalogue.Find(name) is not null);

        Assert.Equal(Catalogue.Operations.Where(operation => operation.IsHighlighted).Select(operation => operation.Name), operations);
        Assert.DoesNotContain(_builder!.Resources.Where(resource => resource.Name != "worker").SelectMany(resource => resource.Annotations.OfType<ResourceCommandAnnotation>()),
            command => Catalogue.Find(command.Name) is not null);
    }

    [Fact]
    public void A_command_asks_first_exactly_when_it_changes_something() => Assert.All(OfOperations(), each =>
    {
        Assert.Equal(each.Operation.Effect is OperationEffect.Changes, !string.IsNullOrWhiteSpace(each.Command.ConfirmationMessage));
        Assert.StartsWith(each.Operation.Summary, each.Command.DisplayDescription, StringComparison.Ordinal);
        Assert.False(string.IsNullOrEmpty(each.Command.IconName));
        Assert.Matches("^[A-Z][a-z ]+$", each.Command.DisplayName);
    });

    [Fact]
    public void Commands_are_enabled_while_the_worker_runs_and_changes_only_while_it_is_healthy() => Assert.All(OfOperations(), each =>
    {
        Assert.Equal(ResourceCommandState.Enabled, StateOf(each.Command, KnownResourceStates.Running));
        Assert.Equal(ResourceCommandState.Disabled, StateOf(each.Command, KnownResourceStates.Starting));
        Assert.Equal(ResourceCommandState.Disabled, StateOf(each.Command, KnownResourceStates.Exited));
        Assert.Equal(
            each.Operation.Effect is OperationEffect.Reads || each.Operation.WorksWithoutDatabase ? ResourceCommandState.Enabled : ResourceCommandState.Disabled,
            StateOf(each.Command, KnownResourceStates.Running, HealthStatus.Unhealthy));
    });

    public async Task DisposeAsync() => await _builder!.DisposeAsync();

    public void Dispose()
    {
        _limit.Dispose();
        _data.Dispose();
    }

    private List<(ResourceCommandAnnotation Command, Operation Operation)> OfOperations()
    {
        var found = _commands.Where(command => Catalogue.Find(command.Name) is not null).Select(command => (Command: command, Operation: Catalogue.Find(command.Name)!)).ToList();
        Assert.NotEmpty(found);
        return found;
    }

    private static ResourceCommandState StateOf(ResourceCommandAnnotation command, string state, HealthStatus? health = null)
    {
        var snapshot = new CustomResourceSnapshot { ResourceType = "Project", Properties = [], State = state };
        if (health is { } status)
        {
            snapshot = snapshot.WithHealthReports([new HealthReportSnapshot("health", status, null, null)]);
        }

        return command.UpdateState(new UpdateCommandStateContext { ResourceSnapshot = snapshot, ServiceProvider = NoServices.Instance });
    }

    private sealed class NoServices : IServiceProvider
    {
        public static readonly NoServices Instance = new();

        public object? GetService(Type serviceType) => null;
    }
}
