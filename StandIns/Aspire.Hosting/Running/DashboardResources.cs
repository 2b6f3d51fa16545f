using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dashboard;
using Microsoft.Extensions.Diagnostics.HealthChecks;
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
        return new DashboardCommandResult(result.Success, result.ErrorMessage, result.Canceled)
        {
            Message = result.Message,
            Output = result.Data is { } data ? new DashboardCommandOutput(data.Value, Shown(data.Format), data.DisplayImmediately) : null,
        };
    }

    private static DashboardOutputFormat Shown(CommandResultFormat format) => format switch
    {
        CommandResultFormat.Json => DashboardOutputFormat.Json,
        CommandResultFormat.Markdown => DashboardOutputFormat.Markdown,
        _ => DashboardOutputFormat.Text,
    };

    private string IdOf(string resource) => notifications.TryGetCurrentState(resource, out var state) ? state.ResourceId : resource;

    private DashboardResource Shown(ResourceEvent change)
    {
        var snapshot = change.Snapshot;
        return new DashboardResource(change.ResourceId, change.Resource.Name, snapshot.ResourceType)
        {
            State = snapshot.State?.Text,
            StateStyle = snapshot.State?.Style,
            CreatedAt = At(snapshot.CreationTimeStamp) ?? DateTimeOffset.UtcNow,
            StartedAt = At(snapshot.StartTimeStamp),
            StoppedAt = At(snapshot.StopTimeStamp),
            Environment = [.. snapshot.EnvironmentVariables.Select(variable => new DashboardVariable(variable.Name, variable.Value, variable.IsFromSpec))],
            Urls = [.. snapshot.Urls.Select(url => new DashboardUrl(url.Name, url.Url, url.IsInternal, url.IsInactive, url.DisplayProperties.SortOrder, url.DisplayProperties.DisplayName))],
            Properties = [.. snapshot.Properties.Select(property => new DashboardProperty(property.Name, property.Value, null, property.IsSensitive)),
                .. snapshot.ExitCode is { } code ? new[] { new DashboardProperty("resource.exitCode", code) } : [],
                .. snapshot.Relationships.Where(relation => relation.Type == "Parent").Take(1).Select(relation => new DashboardProperty("resource.parentName", IdOf(relation.ResourceName)))],
            Commands = [.. snapshot.Commands.Select(Shown)],
            HealthReports = [.. snapshot.HealthReports.Select(Shown)],
            Relationships = [.. snapshot.Relationships.Select(relation => new DashboardRelationship(relation.ResourceName, relation.Type))],
            Hidden = snapshot.IsHidden,
            IconName = snapshot.IconName,
            IconFilled = snapshot.IconVariant is not IconVariant.Regular,
        };
    }

    private static DashboardCommand Shown(ResourceCommandSnapshot command) => new(command.Name, command.DisplayName)
    {
        Description = command.DisplayDescription,
        ConfirmationMessage = command.ConfirmationMessage,
        Highlighted = command.IsHighlighted,
        IconName = command.IconName,
        IconFilled = command.IconVariant is not IconVariant.Regular,
        State = command.State switch
        {
            ResourceCommandState.Enabled => DashboardCommandState.Enabled,
            ResourceCommandState.Disabled => DashboardCommandState.Disabled,
            _ => DashboardCommandState.Hidden,
        },
    };

    private static DashboardHealthReport Shown(HealthReportSnapshot report) => new(report.Name, report.Status switch
    {
        HealthStatus.Healthy => DashboardHealth.Healthy,
        HealthStatus.Degraded => DashboardHealth.Degraded,
        HealthStatus.Unhealthy => DashboardHealth.Unhealthy,
        _ => null,
    })
    {
        Description = report.Description ?? "",
        Exception = report.ExceptionText ?? "",
        LastRunAt = At(report.LastRunAt),
    };

    private static DateTimeOffset? At(DateTime? utc) => utc is { } time ? new DateTimeOffset(DateTime.SpecifyKind(time, DateTimeKind.Utc)) : null;
}
