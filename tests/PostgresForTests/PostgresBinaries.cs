using System.Diagnostics;

namespace PostgresForTests;

/// <summary>Where PostgreSQL's programs are, as <c>eng/postgres.sh</c> says; asked once a process.</summary>
public static class PostgresBinaries
{
    private static readonly Lazy<Task<string>> _directory = new(AskAsync);

    /// <summary>The bin directory of a PostgreSQL with pgvector. The first call on a new machine downloads one.</summary>
    /// <exception cref="InvalidOperationException">There is none; the message says what to install.</exception>
    public static Task<string> FindAsync() => _directory.Value;

    /// <summary>The folder of the checkout that the tests were built from.</summary>
    public static string RepositoryRoot { get; } = FindRoot();

    private static async Task<string> AskAsync()
    {
        var start = new ProcessStartInfo("sh", [Path.Combine(RepositoryRoot, "eng", "postgres.sh")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var progress = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"eng/postgres.sh found no PostgreSQL: {await progress}");
        return (await output).TrimEnd().Split('\n')[^1];
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "eng", "postgres.sh")))
                return folder.FullName;
        }
        throw new InvalidOperationException($"No eng/postgres.sh above {AppContext.BaseDirectory}.");
    }
}
