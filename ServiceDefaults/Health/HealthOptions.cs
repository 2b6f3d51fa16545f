using System.ComponentModel.DataAnnotations;

namespace ServiceDefaults.Health;

/// <summary>Where the health endpoints answer; bound from <c>Health</c>.</summary>
public sealed class HealthOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Health";

    /// <summary>
    /// A port of their own for <c>/health</c> and <c>/alive</c> (plain HTTP on every address), 1 to 65535, so that the public port
    /// does not show them: set it where the service's own port is reachable from outside. Unset, they answer on the service's own
    /// addresses. Has no effect where addresses come from <c>Kestrel:Endpoints</c>; list the port there as well.
    /// </summary>
    [Range(1, 65535)]
    public int? Port { get; set; }
}
