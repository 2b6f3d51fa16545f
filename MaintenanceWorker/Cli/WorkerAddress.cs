namespace MaintenanceWorker.Cli;

/// <summary>Where the worker is, and with which key to speak to it.</summary>
/// <param name="Address">The worker's address.</param>
/// <param name="ApiKey">Null when none is configured.</param>
internal sealed record WorkerAddress(Uri Address, string? ApiKey)
{
    private const string Default = "http://localhost:5181";

    /// <summary>
    /// From the command line, <c>Worker:Address</c> or the port that the AppHost gives; the key from <c>Worker:ApiKey</c>, the worker's own
    /// configuration, or the secret that the AppHost generated, which this project can read because it shares the AppHost's user secrets.
    /// </summary>
    public static WorkerAddress Find(IConfiguration configuration, string? asked)
    {
        var text = asked ?? configuration["Worker:Address"] ?? Default;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            throw new CliException(ExitCode.Usage, $"'{text}' is no address of a worker; one is {Default}.");
        return new(address, configuration["Worker:ApiKey"] ?? configuration["ApiKeys:Bootstrap"] ?? configuration["Parameters:api-key"]);
    }
}
