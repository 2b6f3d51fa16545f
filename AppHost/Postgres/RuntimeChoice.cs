using System.ComponentModel;
using System.Diagnostics;
using System.Reflection;

namespace AppHost.Postgres;

/// <summary>Decides what the nodes run in, before any resource is added: a container in the model without an engine would wait for ever.</summary>
internal static class RuntimeChoice
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    public static PostgresRuntime Make(PostgresClusterOptions options, DistributedApplicationExecutionContext context, Assembly? appHost, string? engine)
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

        return options.Runtime is not PostgresRuntime.Auto ? options.Runtime
            : CanRunContainers(appHost) && EngineAnswers(engine) ? PostgresRuntime.Container
            : PostgresRuntime.Local;
    }

    /// <summary>An engine that does not answer within two seconds counts as none. Building the nodes' image takes buildx (Docker).</summary>
    internal static bool EngineAnswers(string? engine) => engine switch
    {
        null or "" => Works("docker", "container", "ls", "-n", "1") ? Works("docker", "buildx", "version") : Works("podman", "container", "ls", "-n", "1"),
        "docker" => Works("docker", "container", "ls", "-n", "1") && Works("docker", "buildx", "version"),
        _ => Works(engine, "container", "ls", "-n", "1"),
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
            if (process.WaitForExit(s_patience))
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
