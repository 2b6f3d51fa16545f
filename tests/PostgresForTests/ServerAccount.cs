using System.Diagnostics;

namespace PostgresForTests;

/// <summary>The account that the server runs as: this process's own, or an unprivileged one when this process is root's.</summary>
internal static class ServerAccount
{
    private static readonly string? _name = Environment.UserName != "root" ? null
        : File.ReadLines("/etc/passwd").Any(line => line.StartsWith("postgres:", StringComparison.Ordinal)) ? "postgres" : "nobody";

    /// <summary>Gives the file or folder to the account.</summary>
    public static Task OwnAsync(string path) => _name is null ? Task.CompletedTask : RunAsync(["chown", $"{_name}:", path], log: null);

    /// <summary>Runs the command as the account, its output added to the log, to its end.</summary>
    public static async Task RunAsAsync(string[] command, string log, CancellationToken cancellationToken) =>
        await RunAsync(As(command), log, cancellationToken);

    /// <summary>Starts the command as the account and does not wait for it.</summary>
    public static Process StartAs(string[] command, string log) => Start(As(command), log);

    private static string[] As(string[] command) => _name is null ? command
        : ["setpriv", $"--reuid={_name}", $"--regid={GroupId()}", "--init-groups", "--inh-caps=-all", .. command];

    private static string GroupId() =>
        File.ReadLines("/etc/passwd").Select(line => line.Split(':')).First(fields => fields[0] == _name)[3];

    private static async Task RunAsync(string[] command, string? log, CancellationToken cancellationToken = default)
    {
        using var process = Start(command, log ?? "/dev/null");
        await process.WaitForExitAsync(cancellationToken);
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{command[^1]}: {(log is null ? "failed" : await File.ReadAllTextAsync(log, cancellationToken))}");
    }

    // The shell's redirection rather than a pipe: nothing has to read it, and nothing is held open.
    private static Process Start(string[] command, string log) =>
        Process.Start(new ProcessStartInfo("sh", ["-c", "log=$1; shift; exec \"$@\" >>\"$log\" 2>&1 </dev/null", "sh", log, .. command])
        {
            WorkingDirectory = "/",
        })!;
}
