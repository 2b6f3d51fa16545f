using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dashboard;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Running;

/// <summary>The model as the dashboard shows it.</summary>
internal sealed class DashboardResources(
    ResourceNotificationService notifications,
    ResourceLoggerService loggers,
    ResourceCommandService commands,
    IHostEnvironment environment) : IDashboardResources
{
    public string ApplicationName => environment.ApplicationName;

    public async IAsyncEnumerable<IReadOnlyList<DashboardResource>> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // What is known now goes first and together; the dashboard shows nothing before it has that.
        var snapshots = Channel.CreateUnbounded<ResourceEvent>();
        var reading = ReadAsync();
        await Task.Yield();
        while (await snapshots.Reader.WaitToReadAsync(cancellationToken))
        {
            var batch = new Dictionary<string, DashboardResource>();
            while (snapshots.Reader.TryRead(out var change))
            {
                batch[change.ResourceId] = Shown(change);
            }

            yield return [.. batch.Values];
        }

        await reading;

        async Task ReadAsync()
        {
            try
            {
                await foreach (var change in notifications.WatchAsync(cancellationToken))
                {
                    snapshots.Writer.TryWrite(change);
                }
            }
            catch (OperationCanceledException)
            {
            }

            snapshots.Writer.TryComplete();
        }
    }

    public async IAsyncEnumerable<IReadOnlyList<DashboardLogLine>> WatchLogsAsync(string resourceName, bool follow, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var lines in loggers.WatchAsync(resourceName, follow, cancellationToken))
        {
            yield return [.. lines.Select(line => new DashboardLogLine(line.Content, line.IsErrorMessage, line.LineNumber))];
        }
    }

    public async Task<DashboardCommandResult> ExecuteCommandAsync(string resourceName, string commandName, CancellationToken cancellationToken)
    {
        var result = await commands.ExecuteCommandAsync(resourceName, commandName, cancellationToken);
        return new DashboardCommandResult(result.Success, result.Canceled, result.ErrorMessage);
    }

    private static DashboardResource Shown(ResourceEvent change)
    {
        var snapshot = change.Snapshot;
        return new DashboardResource(
            Name: change.ResourceId,
            DisplayName: change.Resource.Name,
            ResourceType: snapshot.ResourceType,
            Uid: change.ResourceId,
            State: snapshot.State?.Text,
            StateStyle: snapshot.State?.Style,
            CreatedAt: snapshot.CreationTimeStamp ?? DateTime.UtcNow,
            StartedAt: snapshot.StartTimeStamp,
            StoppedAt: snapshot.StopTimeStamp,
            Environment: [.. snapshot.EnvironmentVariables.Select(variable => new DashboardEnvironmentVariable(variable.Name, variable.Value, variable.IsFromSpec))],
            Urls: [.. snapshot.Urls.Select(url => new DashboardUrl(url.Name, url.Url, url.IsInternal, url.IsInactive, url.DisplayProperties.SortOrder, url.DisplayProperties.DisplayName))],
            Properties: [.. snapshot.Properties.Select(property => new DashboardProperty(property.Name, null, property.Value, property.IsSensitive)),
                .. snapshot.ExitCode is { } code ? new[] { new DashboardProperty("resource.exitCode", null, code, false) } : []],
            Commands: [.. snapshot.Commands.Select(command => new DashboardCommand(command.Name, command.DisplayName, command.DisplayDescription, command.ConfirmationMessage,
                command.IsHighlighted, command.IconName, command.IconVariant is not IconVariant.Regular, (DashboardCommandState)command.State))],
            HealthReports: [.. snapshot.HealthReports.Select(report => new DashboardHealthReport(report.Name, report.Status, report.Description ?? "", report.ExceptionText ?? "", report.LastRunAt))],
            Relationships: [.. snapshot.Relationships.Select(relation => new DashboardRelationship(relation.ResourceName, relation.Type))],
            IsHidden: snapshot.IsHidden,
            IconName: snapshot.IconName,
            IconFilled: snapshot.IconVariant is not IconVariant.Regular,
            Deleted: false);
    }
}
