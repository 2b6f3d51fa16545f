using Microsoft.Extensions.Logging;

namespace ServiceDefaults.Logging;

/// <summary>A logging level that counts instead of the configured one.</summary>
/// <param name="Category">For this category and those below it, or <c>Default</c> for all that configuration does not name.</param>
/// <param name="Level">The least that is logged.</param>
/// <param name="ExpiresAt">From then on configuration counts again; null means never.</param>
public sealed record LogLevelOverride(string Category, LogLevel Level, DateTimeOffset? ExpiresAt)
{
    /// <summary>The category that stands for all that configuration does not name.</summary>
    public const string Default = "Default";
}
