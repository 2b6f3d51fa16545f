using Aspire.Hosting.Dashboard.Proto;
using Google.Protobuf.WellKnownTypes;

namespace Aspire.Hosting.Dashboard;

/// <summary>Turns what is known of resources into the messages of the wire.</summary>
internal static class ResourceMessages
{
    public static WatchResourcesUpdate Everything(IReadOnlyList<DashboardResource> resources)
    {
        var data = new InitialResourceData();
        data.Resources.AddRange(resources.Where(resource => !resource.Deleted).Select(ToMessage));
        data.ResourceTypes.AddRange(resources.Select(resource => resource.Type).Distinct().Select(type => new ResourceType { UniqueName = type }));
        return new WatchResourcesUpdate { InitialData = data };
    }

    public static WatchResourcesUpdate Changes(IReadOnlyList<DashboardResource> resources)
    {
        var changes = new WatchResourcesChanges();
        changes.Value.AddRange(resources.Select(resource => resource.Deleted
            ? new WatchResourcesChange { Delete = new ResourceDeletion { ResourceName = resource.Name, ResourceType = resource.Type } }
            : new WatchResourcesChange { Upsert = ToMessage(resource) }));
        return new WatchResourcesUpdate { Changes = changes };
    }

    public static WatchResourceConsoleLogsUpdate Lines(IReadOnlyList<DashboardLogLine> lines)
    {
        var update = new WatchResourceConsoleLogsUpdate();
        update.LogLines.AddRange(lines.Select(line => new ConsoleLogLine { Text = line.Text, IsStdErr = line.IsStdErr, LineNumber = line.Number }));
        return update;
    }

    public static ResourceCommandResponse Response(DashboardCommandResult result)
    {
        var response = new ResourceCommandResponse
        {
            Kind = result switch
            {
                { Cancelled: true } => ResourceCommandResponseKind.Cancelled,
                { Success: true } => ResourceCommandResponseKind.Succeeded,
                _ => ResourceCommandResponseKind.Failed,
            },
        };
        if (result.ErrorMessage is { } message)
        {
            response.ErrorMessage = message;
        }

        if (result.Message is { } said)
        {
            response.Message = said;
        }

        if (result.Output is { } output)
        {
            response.Result = new ResourceCommandResult { Value = output.Value, Format = Format(output.Format), DisplayImmediately = output.DisplayImmediately };
        }

        return response;
    }

    private static CommandResultFormat Format(DashboardOutputFormat format) => format switch
    {
        DashboardOutputFormat.Json => CommandResultFormat.Json,
        DashboardOutputFormat.Markdown => CommandResultFormat.Markdown,
        _ => CommandResultFormat.Text,
    };

    private static Resource ToMessage(DashboardResource resource)
    {
        var message = new Resource
        {
            Name = resource.Name,
            DisplayName = resource.DisplayName,
            ResourceType = resource.Type,
            Uid = resource.Uid,
            CreatedAt = resource.CreatedAt.ToTimestamp(),
            StartedAt = resource.StartedAt?.ToTimestamp(),
            StoppedAt = resource.StoppedAt?.ToTimestamp(),
            IsHidden = resource.Hidden,
        };
        if (resource.State is { } state)
        {
            message.State = state;
        }

        if (resource.StateStyle is { } style)
        {
            message.StateStyle = style;
        }

        if (resource.IconName is { } icon)
        {
            message.IconName = icon;
            message.IconVariant = Variant(resource.IconFilled);
        }

        message.Environment.AddRange(resource.Environment.Select(ToMessage));
        message.Urls.AddRange(resource.Urls.Select(ToMessage));
        message.Properties.AddRange(resource.Properties.Select(ToMessage));
        message.Commands.AddRange(resource.Commands.Select(ToMessage));
        message.HealthReports.AddRange(resource.HealthReports.Select(ToMessage));
        message.Relationships.AddRange(resource.Relationships.Select(other => new ResourceRelationship { ResourceName = other.ResourceName, Type = other.Type }));
        return message;
    }

    private static EnvironmentVariable ToMessage(DashboardVariable variable)
    {
        var message = new EnvironmentVariable { Name = variable.Name, IsFromSpec = variable.IsFromSpec };
        if (variable.Value is { } value)
        {
            message.Value = value;
        }

        return message;
    }

    private static Url ToMessage(DashboardUrl url)
    {
        // The page breaks without an error on a link that lacks its display properties.
        var message = new Url
        {
            FullUrl = url.FullUrl,
            IsInternal = url.Internal,
            IsInactive = url.Inactive,
            DisplayProperties = new UrlDisplayProperties { SortOrder = url.SortOrder, DisplayName = url.DisplayName },
        };
        if (url.EndpointName is { } name)
        {
            message.EndpointName = name;
        }

        return message;
    }

    private static ResourceProperty ToMessage(DashboardProperty property)
    {
        var message = new ResourceProperty { Name = property.Name, Value = property.ToProtobuf(), IsSensitive = property.Sensitive };
        if (property.DisplayName is { } name)
        {
            message.DisplayName = name;
        }

        return message;
    }

    private static ResourceCommand ToMessage(DashboardCommand command)
    {
        var message = new ResourceCommand
        {
            Name = command.Name,
            DisplayName = command.DisplayName,
            IsHighlighted = command.Highlighted,
            State = command.State switch
            {
                DashboardCommandState.Disabled => ResourceCommandState.Disabled,
                DashboardCommandState.Hidden => ResourceCommandState.Hidden,
                _ => ResourceCommandState.Enabled,
            },
        };
        if (command.Description is { } description)
        {
            message.DisplayDescription = description;
        }

        if (command.ConfirmationMessage is { } question)
        {
            message.ConfirmationMessage = question;
        }

        if (command.IconName is { } icon)
        {
            message.IconName = icon;
            message.IconVariant = Variant(command.IconFilled);
        }

        return message;
    }

    private static HealthReport ToMessage(DashboardHealthReport report)
    {
        var message = new HealthReport
        {
            Key = report.Key,
            Description = report.Description,
            Exception = report.Exception,
            LastRunAt = report.LastRunAt?.ToTimestamp(),
        };
        if (report.Status is { } status)
        {
            message.Status = status switch
            {
                DashboardHealth.Healthy => HealthStatus.Healthy,
                DashboardHealth.Degraded => HealthStatus.Degraded,
                _ => HealthStatus.Unhealthy,
            };
        }

        return message;
    }

    private static IconVariant Variant(bool filled) => filled ? IconVariant.Filled : IconVariant.Regular;
}
