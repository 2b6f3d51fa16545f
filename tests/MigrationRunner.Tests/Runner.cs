using System.Diagnostics;

namespace MigrationRunner.Tests;

/// <summary>The program itself, as a process.</summary>
internal static class Runner
{
    // In its own folder: beside the tests lies another choice of packages.
    private static readonly string _program = Path.Combine(
        AppContext.BaseDirectory.Replace(Path.Combine("tests", "MigrationRunner.Tests"), "MigrationRunner", StringComparison.Ordinal), "MigrationRunner.dll");

    /// <summary>Starts it and comes back at once.</summary>
    public static Run Start(string? connectionString, string[] arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo("dotnet", [_program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Remove("DATABASE_URL");
        start.Environment.Remove("ConnectionStrings__conversations");
        if (connectionString is not null)
            start.Environment["ConnectionStrings__conversations"] = connectionString;
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return new(Process.Start(start)!);
    }

    /// <summary>Runs it to its end.</summary>
    public static async Task<(int Exit, string Output)> RunAsync(string? connectionString, string[] arguments, params (string Name, string Value)[] environment)
    {
        await using var run = Start(connectionString, arguments, environment);
        return (await run.EndAsync(), run.Output);
    }

    public static async Task<string> SucceedAsync(string connectionString, params string[] arguments)
    {
        var (exit, output) = await RunAsync(connectionString, arguments);
        Assert.True(exit == 0, output);
        return output;
    }

    public static async Task<string> FailAsync(string connectionString, string[] arguments, params (string Name, string Value)[] environment)
    {
        var (exit, output) = await RunAsync(connectionString, arguments, environment);
        Assert.True(exit == 1, $"{exit}: {output}");
        return output;
    }
}
