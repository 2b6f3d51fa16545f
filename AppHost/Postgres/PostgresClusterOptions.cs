using Microsoft.Extensions.Configuration;

namespace AppHost.Postgres;

/// <summary>How the cluster is to run; bound from <c>Postgres</c>.</summary>
internal sealed class PostgresClusterOptions
{
    /// <summary>auto, container, local or external. auto takes containers where an engine answers, else this machine's PostgreSQL.</summary>
    public PostgresRuntime Runtime { get; set; } = PostgresRuntime.Auto;

    /// <summary>Streaming replicas beside the primary, 0 to 4.</summary>
    public int Replicas { get; set; } = 1;

    /// <summary>What a commit waits for: asynchronous, or synchronous (any one replica).</summary>
    public string Durability { get; set; } = "asynchronous";

    /// <summary>Local runtime: the folder of PostgreSQL's programs; found or fetched when not given.</summary>
    public string? BinDir { get; set; }

    /// <summary>Local runtime: the folder that holds the nodes' folders; by default the user's data folder, one for each clone.</summary>
    public string? DataDir { get; set; }

    /// <summary>The first node's port, 1 to 65535; the others follow. Free ports when not given.</summary>
    public int? Port { get; set; }

    /// <summary>How many folders with data or WAL that a rejoin set aside each node keeps, the newest: 1 or more.</summary>
    public int SetAsideToKeep { get; set; } = 3;

    /// <summary>External runtime: the connection string of a managed PostgreSQL, used by every role. When published it is an input.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>Reads the section and checks it, all errors at once.</summary>
    /// <exception cref="DistributedApplicationException">A value is out of its range.</exception>
    public static PostgresClusterOptions From(IDistributedApplicationBuilder builder)
    {
        var section = builder.Configuration.GetSection("Postgres");
        List<string> errors = [];
        if (section["Runtime"] is { } runtime && !Enum.GetNames<PostgresRuntime>().Contains(runtime, StringComparer.OrdinalIgnoreCase))
        {
            errors.Add($"Postgres:Runtime is '{runtime}': auto, container, local or external is needed.");
        }

        if (section["Replicas"] is { } replicas && !int.TryParse(replicas, out _))
        {
            errors.Add($"Postgres:Replicas is '{replicas}': a number from 0 to 4 is needed.");
        }

        if (section["SetAsideToKeep"] is { } kept && !(int.TryParse(kept, out var folders) && folders >= 1))
        {
            errors.Add($"Postgres:SetAsideToKeep is '{kept}': a number of 1 or more is needed.");
        }

        if (section["Port"] is { } text && !int.TryParse(text, out _))
        {
            errors.Add($"Postgres:Port is '{text}': a number from 1 to 65535 is needed.");
        }

        if (errors.Count > 0)
        {
            throw new DistributedApplicationException(string.Join(Environment.NewLine, errors));
        }

        var options = section.Get<PostgresClusterOptions>() ?? new PostgresClusterOptions();
        // What is published asks for it where it is deployed.
        if (options is { Runtime: PostgresRuntime.External, ConnectionString: null or "" } && builder.ExecutionContext.IsRunMode)
        {
            errors.Add("Postgres:Runtime is external, but Postgres:ConnectionString is not given.");
        }

        if (options.Replicas is < 0 or > 4)
        {
            errors.Add($"Postgres:Replicas is {options.Replicas}: 0 to 4 is needed.");
        }

        if (options.Durability is not ("asynchronous" or "synchronous"))
        {
            errors.Add($"Postgres:Durability is '{options.Durability}': asynchronous or synchronous is needed.");
        }
        else if (options is { Durability: "synchronous", Replicas: 0 })
        {
            errors.Add("Postgres:Durability is synchronous, but Postgres:Replicas is 0: there would be nobody to wait for.");
        }

        if (options.Port is { } port && (port < 1 || port + options.Replicas > 65535))
        {
            errors.Add($"Postgres:Port is {port}: it and the replicas' ports after it have to lie in 1 to 65535.");
        }

        return errors.Count == 0 ? options : throw new DistributedApplicationException(string.Join(Environment.NewLine, errors));
    }
}

/// <summary>What the nodes run in.</summary>
internal enum PostgresRuntime
{
    /// <summary>Containers where an engine answers, else local.</summary>
    Auto,

    /// <summary>Containers built from PostgresNode/Dockerfile.</summary>
    Container,

    /// <summary>Processes of this machine.</summary>
    Local,

    /// <summary>None: somebody else runs PostgreSQL.</summary>
    External,
}
