using System.ComponentModel;
using System.Diagnostics;
using System.Reflection;

namespace AppHost.Postgres.Runtimes;

/// <summary>Decides what the nodes run in, before any resource is added: a container in the model without an engine would wait for ever.</summary>
internal static class RuntimeChoice
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(2);

    /// <param name="options">What is configured.</param>
    /// <param name="context">Running or publishing.</param>
    /// <param name="appHost">The AppHost's assembly, which knows whether containers can be run at all.</param>
    /// <param name="engine">The program of the container engine, when it is configured.</param>
    /// <param name="madeBy">What this clone's data was made by; data is never passed over in silence.</param>
    /// <exception cref="DistributedApplicationException">The data was made by another runtime than the one that is asked for.</exception>
    public static PostgresRuntime Make(PostgresClusterOptions options, DistributedApplicationExecutionContext context, Assembly? appHost, string? engine, PostgresRuntime? madeBy)
    {
        if (options.Runtime is PostgresRuntime.External)
        {
            return PostgresRuntime.External;
        }

        // What is published never depends on the machine that publishes it.
        if (context.IsPublishMode)
        {
            return PostgresRuntime.Container;
        }

        var containers = options.Runtime is not PostgresRuntime.Local && CanRunContainers(appHost) && EngineAnswers(engine);
        var wanted = options.Runtime is not PostgresRuntime.Auto ? options.Runtime : madeBy ?? (containers ? PostgresRuntime.Container : PostgresRuntime.Local);
        if (madeBy is { } made && made != wanted)
        {
            throw new DistributedApplicationException(
                $"This clone's data was made by the {Name(made)} runtime, and Postgres:Runtime={Name(wanted)} would begin with an empty database. Start with Postgres:Runtime={Name(made)}, or throw that data away first: dotnet run --project AppHost -- reset");
        }

        return wanted is not PostgresRuntime.Container || options.Runtime is PostgresRuntime.Container || containers ? wanted
            : throw new DistributedApplicationException(
                "This clone's data was made by the container runtime, and no container engine answers now. Start the engine; where it is gone for good, dotnet run --project AppHost -- reset says what to do.");

        static string Name(PostgresRuntime runtime) => runtime.ToString().ToLowerInvariant();
    }

    /// <summary>What is missing for the containers that the configuration asks for; null when nothing is, or none are asked for.</summary>
    public static string? MissingForContainers(PostgresClusterOptions options, DistributedApplicationExecutionContext context, Assembly? appHost, string? engine)
    {
        if (options.Runtime is not PostgresRuntime.Container || context.IsPublishMode)
        {
            return null;
        }

        if (!CanRunContainers(appHost))
        {
            return "Postgres:Runtime is container, and this build cannot run containers: that takes the Aspire packages, which the NuGet feed did not have (README.md, 'Feeds'). Set Postgres:Runtime=local, or build with a feed that has them.";
        }

        return EngineAnswers(engine) ? null
            : $"Postgres:Runtime is container, and no container engine answers within {_patience.TotalSeconds} s ({(engine is { Length: > 0 } ? engine : "docker with buildx, podman")}). Start the engine, or set Postgres:Runtime=local.";
    }

    /// <summary>An engine that does not answer within two seconds counts as none; its client without an engine says so at once. Building the nodes' image takes buildx (Docker).</summary>
    internal static bool EngineAnswers(string? engine) => EngineThatAnswers(engine) is not null;

    /// <summary>The program of the engine that containers are run with: the configured one, else docker, else podman; null when it does not answer.</summary>
    internal static string? EngineThatAnswers(string? engine) => engine switch
    {
        null or "" => EngineThatAnswers("docker") ?? EngineThatAnswers("podman"),
        "docker" => Works("docker", "buildx", "version") && Works("docker", "container", "ls", "-n", "1") ? engine : null,
        _ => Works(engine, "container", "ls", "-n", "1") ? engine : null,
    };

    // The packages' own build says where their orchestrator is; without it there is nothing that could run a container.
    private static bool CanRunContainers(Assembly? appHost) => appHost?.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Any(attribute => string.Equals(attribute.Key, "dcpclipath", StringComparison.OrdinalIgnoreCase)) ?? false;

    private static bool Works(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true });
            if (process is null)
            {
                return false;
            }

            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            if (process.WaitForExit(_patience))
            {
                return process.ExitCode == 0;
            }

            process.Kill(entireProcessTree: true);
            return false;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
