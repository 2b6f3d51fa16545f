using System.Diagnostics;

namespace Aspire.Hosting.Orchestration;

/// <param name="ExitCode">What the program returned.</param>
/// <param name="Lines">Its standard output and standard error, as they came.</param>
internal sealed record CommandResult(int ExitCode, IReadOnlyList<string> Lines)
{
    /// <summary>The last lines that say something, on one line.</summary>
    public string Summary => $"exit code {ExitCode}" + string.Concat(Lines.Where(line => line.Trim().Length > 0).TakeLast(2).Select(line => $", {line.Trim()}"));
}

/// <summary>Runs a program to its end and keeps what it said; cancellation ends it and its children.</summary>
internal static class Command
{
    public static async Task<CommandResult> RunAsync(
        string program,
        IReadOnlyList<string> arguments,
        string workingDirectory,
        IReadOnlyList<KeyValuePair<string, string>> environment,
        CancellationToken ct)
    {
        // npm is a batch file on Windows, which only its shell can start.
        var start = OperatingSystem.IsWindows() && !program.EndsWith(".exe", StringComparison.OrdinalIgnoreCase)
            ? new ProcessStartInfo("cmd.exe", ["/c", program, .. arguments])
            : new ProcessStartInfo(program, arguments);
        start.WorkingDirectory = workingDirectory;
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        start.CreateNoWindow = true;
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var lines = new List<string>();
        void Keep(object sender, DataReceivedEventArgs received)
        {
            lock (lines)
            {
                if (received.Data is { } line)
                {
                    lines.Add(line);
                }
            }
        }

        using var process = new Process { StartInfo = start };
        process.OutputDataReceived += Keep;
        process.ErrorDataReceived += Keep;
        process.Start();
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            await process.WaitForExitAsync(ct);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return new CommandResult(process.ExitCode, lines);
    }
}
