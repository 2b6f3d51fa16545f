using System.Diagnostics;
using AppHost.Postgres.Runtimes;

namespace AppHost.Tests.Publishing;

/// <summary>The container engine of this machine, if it has one.</summary>
internal static class ContainerEngine
{
    /// <summary>Names the engine that must be there, so that a test that needs one fails where it is not.</summary>
    public const string Variable = "CONVERSATION_PLATFORM_TEST_ENGINE";

    /// <summary>The program; null when none answers and none was promised.</summary>
    public static string? Program { get; } = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } promised ? promised
        : new[] { "docker", "podman" }.FirstOrDefault(RuntimeChoice.EngineAnswers);

    /// <summary>Runs it and gives what it wrote to its standard output.</summary>
    public static async Task<string> RunAsync(CancellationToken cancellationToken, params string[] arguments) =>
        (await RunProgramAsync(Program!, cancellationToken, arguments)).Output.Trim();

    /// <summary>What a container wrote.</summary>
    public static async Task<string> LogsAsync(string container, CancellationToken cancellationToken)
    {
        var (output, errors) = await RunProgramAsync(Program!, cancellationToken, "logs", container);
        return output + errors;
    }

    /// <summary>Runs a program that has to succeed.</summary>
    public static async Task<(string Output, string Errors)> RunProgramAsync(string program, CancellationToken cancellationToken, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        // Podman's own format of images has no health checks.
        start.Environment["BUILDAH_FORMAT"] = "docker";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        try
        {
            await process.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        Assert.True(process.ExitCode == 0, $"{program} {arguments.FirstOrDefault()} ended with {process.ExitCode}:\n{await output}\n{await errors}");
        return (await output, await errors);
    }
}

/// <summary>A test that needs a container engine. Without one it is skipped, and says so; where one was promised it fails.</summary>
internal sealed class EngineFactAttribute : FactAttribute
{
    public EngineFactAttribute() =>
        Skip = ContainerEngine.Program is not null ? null : $"No container engine answers here, so no image is built. Set {ContainerEngine.Variable} where one must be.";
}
