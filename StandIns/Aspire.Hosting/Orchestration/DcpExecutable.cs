namespace Aspire.Hosting.Orchestration;

/// <summary>A program to run.</summary>
/// <param name="Name">Unique in this orchestrator; the part after the last '-' is the <c>service.instance.id</c> of its telemetry.</param>
/// <param name="Path">The program; looked up on the PATH when it has no directory.</param>
/// <param name="WorkingDirectory">An absolute path.</param>
/// <param name="Arguments">May hold placeholders (<see cref="DcpTemplate"/>), as may the values of <paramref name="Environment"/>.</param>
/// <param name="Environment">Added to what is inherited; wins over it.</param>
/// <param name="Produces">The services whose connections are passed on to this program.</param>
internal sealed record DcpExecutable(
    string Name,
    string Path,
    string WorkingDirectory,
    IReadOnlyList<string> Arguments,
    IReadOnlyList<KeyValuePair<string, string>> Environment,
    IReadOnlyList<DcpProducedService> Produces)
{
    /// <summary>
    /// Whether the environment of this process is passed on, less the four variables that describe this process itself
    /// (<c>ASPNETCORE_URLS</c>, <c>ASPNETCORE_ENVIRONMENT</c>, <c>DOTNET_ENVIRONMENT</c>, <c>DOTNET_LAUNCH_PROFILE</c>): the real packages do the same.
    /// </summary>
    public bool InheritEnvironment { get; init; } = true;
}

/// <param name="ServiceName">A service created before.</param>
/// <param name="Port">The port the program always listens on; null lets the orchestrator choose one and tell it by <see cref="DcpTemplate.PortForServing"/>.</param>
internal sealed record DcpProducedService(string ServiceName, int? Port);

/// <summary>
/// Placeholders that the orchestrator fills in when it starts a program. They are Go templates without the '-' that trims
/// the white space around them, so they may stand inside longer text; a value that itself holds '{{' is taken for one.
/// </summary>
internal static class DcpTemplate
{
    /// <summary>The port this program is to listen on for the service that it produces.</summary>
    public static string PortForServing(string serviceName) => $$$"""{{ portForServing "{{{serviceName}}}" }}""";

    /// <summary>The port at which clients reach the service.</summary>
    public static string PortFor(string serviceName) => $$$"""{{ portFor "{{{serviceName}}}" }}""";

    /// <summary>The host at which clients reach the service.</summary>
    public static string AddressFor(string serviceName) => $$$"""{{ addressFor "{{{serviceName}}}" }}""";
}
