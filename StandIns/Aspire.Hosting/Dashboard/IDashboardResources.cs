namespace Aspire.Hosting.Dashboard;

/// <summary>What the dashboard is told of the application, and what it may ask of it.</summary>
internal interface IDashboardResources
{
    string ApplicationName { get; }

    /// <summary>First everything there is, then what changed, each time whole; what is gone comes once more with its Deleted flag.</summary>
    IAsyncEnumerable<IReadOnlyList<DashboardResource>> WatchAsync(CancellationToken ct);

    /// <summary>All lines from the first one on; ends after the present ones unless told to follow.</summary>
    IAsyncEnumerable<IReadOnlyList<DashboardLogLine>> WatchLogsAsync(string resourceName, bool follow, CancellationToken ct);

    Task<DashboardCommandResult> ExecuteCommandAsync(string resourceName, string commandName, CancellationToken ct);
}
