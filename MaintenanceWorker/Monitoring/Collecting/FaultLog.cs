using MaintenanceWorker.Monitoring.Servers;

namespace MaintenanceWorker.Monitoring.Collecting;

/// <summary>Says what goes wrong with a server when it begins and when it ends, not at every look.</summary>
internal sealed partial class FaultLog(string server, ILogger logger)
{
    private readonly Dictionary<string, string> _groups = [];
    private string? _lost;
    private bool _known;

    public void Reached(string role)
    {
        if (_known && _lost is null)
            return;
        _lost = null;
        _known = true;
        LogReached(server, role);
    }

    public void Lost(ServerFault fault)
    {
        if (_known && _lost == fault.Type)
            return;
        _lost = fault.Type;
        _known = true;
        LogLost(server, fault.Reason, fault.Type);
    }

    public void Failed(string group, ServerFault fault)
    {
        if (_groups.GetValueOrDefault(group) == fault.Type)
            return;
        _groups[group] = fault.Type;
        if (fault.IsAbsence)
            LogAbsent(server, group, fault.Reason);
        else
            LogFailed(server, group, fault.Reason, fault.Type);
    }

    public void Worked(string group)
    {
        if (_groups.Remove(group))
            LogRecovered(server, group);
    }

    [LoggerMessage(MonitoringEvents.ServerReached, LogLevel.Information, "{Server} lets the worker in, as {Role}")]
    private partial void LogReached(string server, string role);

    [LoggerMessage(MonitoringEvents.ServerLost, LogLevel.Warning, "{Server} does not let the worker in: {Reason} ({Fault})")]
    private partial void LogLost(string server, string reason, string fault);

    [LoggerMessage(MonitoringEvents.GroupFailed, LogLevel.Warning, "{Server}: {Group} cannot be read: {Reason} ({Fault})")]
    private partial void LogFailed(string server, string group, string reason, string fault);

    [LoggerMessage(MonitoringEvents.GroupRecovered, LogLevel.Information, "{Server}: {Group} can be read again")]
    private partial void LogRecovered(string server, string group);

    [LoggerMessage(MonitoringEvents.GroupAbsent, LogLevel.Information, "{Server}: {Group} are not available: {Reason}")]
    private partial void LogAbsent(string server, string group, string reason);
}
