using System.ComponentModel.DataAnnotations;

namespace ServiceDefaults.Logging;

/// <summary>Logging levels that are set while the service runs; bound from <c>LogLevels</c>.</summary>
public sealed class LogLevelOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "LogLevels";

    /// <summary>How often they are looked at, 100 milliseconds to 1 minute; 3 seconds by default.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(3);
}
