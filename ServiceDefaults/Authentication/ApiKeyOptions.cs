using System.ComponentModel.DataAnnotations;

namespace ServiceDefaults.Authentication;

/// <summary>Configuration section <c>ApiKeys</c>.</summary>
public sealed class ApiKeyOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "ApiKeys";

    /// <summary>The first key, with scope admin: it makes the others. It is configuration and never stored; changing it revokes it.</summary>
    [MinLength(24, ErrorMessage = "ApiKeys:Bootstrap must have at least 24 characters.")]
    public string? Bootstrap { get; set; }

    /// <summary>How long another replica may go on believing a key that was revoked, or refusing one that it was asked for before it was made; 0 to 5 minutes, 5 seconds by default.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:05:00")]
    public TimeSpan Cache { get; set; } = TimeSpan.FromSeconds(5);
}
