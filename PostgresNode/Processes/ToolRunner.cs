using System.Diagnostics;
using PostgresNode.Configuration;

namespace PostgresNode.Processes;

/// <summary>What a program wrote and how it ended.</summary>
internal sealed record ToolResult(int ExitCode, string Output, string Errors)
{
    public bool Succeeded => ExitCode == 0;

    /// <summary>The line that says most: the first error, else the last line.</summary>
    public string Complaint
    {
        get
        {
            var lines = (Errors + "\n" + Output).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            return lines.FirstOrDefault(line => line.Contains("error:", StringComparison.OrdinalIgnoreCase)
                || line.Contains("fatal:", StringComparison.OrdinalIgnoreCase)) ?? lines.LastOrDefault() ?? $"exit code {ExitCode}";
        }
    }
}

/// <summary>Runs PostgreSQL's programs, and those of the system, to their end, as the server's account.</summary>
internal sealed class ToolRunner(ChildLauncher launcher, NodePaths paths)
{
    /// <summary>Runs a program of PostgreSQL.</summary>
    public Task<ToolResult> RunAsync(string program, string[] arguments, CancellationToken cancellationToken) =>
        RunCommandAsync([paths.Program(program), .. arguments], cancellationToken);

    /// <summary>
    /// Changes files where the server's account may have put links: with that account's rights, so that a link leads nowhere it could not go itself.
    /// </summary>
    /// <exception cref="NodeFaultException">It failed.</exception>
    public async Task ChangeFilesAsync(string program, string[] arguments, CancellationToken cancellationToken)
    {
        var result = await RunCommandAsync([program, .. arguments], cancellationToken);
        if (!result.Succeeded)
            throw new NodeFaultException($"{program} failed: {result.Complaint}");
    }

    private async Task<ToolResult> RunCommandAsync(string[] command, CancellationToken cancellationToken)
    {
        using var process = await launcher.StartAsync(command,
            new Dictionary<string, string> { ["PGPASSFILE"] = paths.PasswordFile, ["PGCONNECT_TIMEOUT"] = "5" });
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var errors = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return new(process.ExitCode, await output, await errors);
        }
        catch (OperationCanceledException)
        {
            await EndAsync(process);
            throw;
        }
    }

    // initdb and pg_basebackup clean up after SIGINT.
    private static async Task EndAsync(Process process)
    {
        Posix.Signal(process.Id, Posix.Interrupt);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
        }
    }
}
