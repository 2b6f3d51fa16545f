using System.Diagnostics;

namespace AppHost.Postgres.Data;

/// <summary>The volumes of a clone's nodes in the container runtime, by the engine's own program.</summary>
/// <param name="engine">The program.</param>
/// <param name="prefix">What the volumes' names begin with.</param>
internal sealed class ContainerVolumes(string engine, string prefix)
{
    /// <summary>Their names.</summary>
    /// <exception cref="DistributedApplicationException">The engine does not say.</exception>
    public IReadOnlyList<string> Names() =>
        // The engine's filter finds the text anywhere in a name.
        [.. Run("volume", "ls", "--filter", $"name={prefix}", "--format", "{{.Name}}").Split('\n', StringSplitOptions.TrimEntries)
            .Where(name => name.StartsWith($"{prefix}-", StringComparison.Ordinal))];

    /// <summary>Deletes them.</summary>
    /// <exception cref="DistributedApplicationException">The engine refuses, as it does while a container uses one.</exception>
    public void Delete(IReadOnlyList<string> names) => Run(["volume", "rm", .. names]);

    private string Run(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(engine, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })
            ?? throw new DistributedApplicationException($"{engine} did not start.");
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new DistributedApplicationException($"'{engine} {string.Join(' ', arguments)}' failed: {errors.GetAwaiter().GetResult().Trim()}");
    }
}
