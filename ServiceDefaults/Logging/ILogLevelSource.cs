namespace ServiceDefaults.Logging;

/// <summary>Where the logging levels are that were set while the service runs.</summary>
public interface ILogLevelSource
{
    /// <summary>Reads what counts for this service.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>At most one level a category.</returns>
    Task<IReadOnlyList<LogLevelOverride>> ReadAsync(CancellationToken cancellationToken);
}
