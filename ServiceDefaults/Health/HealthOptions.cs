using System.ComponentModel.DataAnnotations;

namespace ServiceDefaults.Health;

/// <summary>Where the health endpoints answer; bound from <c>Health</c>.</summary>
public sealed class HealthOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Health";

    /// <summary>
    /// A port of their own for <c>/health</c> and <c>/alive</c> (plain HTTP on every address), 1 to 65535, so that the public port
    /// does not show them: set it where nobody outside is to see how a public service is. Unset, they answer on the service's own
    /// addresses, where orchestrators look for them; <see cref="Cache"/> bounds what a flood of probes costs there. Has no effect where addresses come from <c>Kestrel:Endpoints</c>; list the port there as well.
    /// </summary>
    [Range(1, 65535)]
    public int? Port { get; set; }

    /// <summary>How long an answer is given again before the checks are run anew, 0 to 1 minute; 1 second by default. Who asks while they run gets their answer too.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan Cache { get; set; } = TimeSpan.FromSeconds(1);
}
