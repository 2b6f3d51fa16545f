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

/// <summary>Runs PostgreSQL's programs to their end, as the server's account.</summary>
internal sealed class ToolRunner(ChildLauncher launcher, NodePaths paths)
{
    public async Task<ToolResult> RunAsync(string program, string[] arguments, CancellationToken cancellationToken)
    {
        using var process = await launcher.StartAsync([paths.Program(program), .. arguments],
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
