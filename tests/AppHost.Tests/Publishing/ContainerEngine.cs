using System.Diagnostics;
using AppHost.Postgres;

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
    public static async Task<string> RunAsync(CancellationToken cancellationToken, params string[] arguments)
    {
        using var engine = Process.Start(new ProcessStartInfo(Program!, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = engine.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = engine.StandardError.ReadToEndAsync(cancellationToken);
        await engine.WaitForExitAsync(cancellationToken);
        Assert.True(engine.ExitCode == 0, $"{Program} {string.Join(' ', arguments)}:\n{await output}\n{await errors}");
        return (await output).Trim();
    }
}

/// <summary>A test that needs a container engine. Without one it is skipped, and says so; where one was promised it fails.</summary>
internal sealed class EngineFactAttribute : FactAttribute
{
    public EngineFactAttribute() =>
        Skip = ContainerEngine.Program is not null ? null : $"No container engine answers here, so no image is built. Set {ContainerEngine.Variable} where one must be.";
}
