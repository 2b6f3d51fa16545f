using System.Diagnostics;
using System.Globalization;
using ConversationData.Roles;
using MailForTests;
using PostgresForTests;

namespace MaintenanceWorker.Tests;

/// <summary>The worker's program, started as a user starts it.</summary>
internal sealed class WorkerProcess : IAsyncDisposable
{
    private readonly Process _process;

    private WorkerProcess(Process process, Uri address) => (_process, Address) = (process, address);

    public Uri Address { get; }

    public string ProcessId => _process.Id.ToString(CultureInfo.InvariantCulture);

    public static async Task<WorkerProcess> StartAsync(string connectionString)
    {
        var address = new Uri($"http://127.0.0.1:{FreePorts.Find(1)[0]}");
        var process = Start([], connectionString, ("ASPNETCORE_URLS", address.ToString()), ("Operations__Lease", "00:00:04"), ("Operations__PollInterval", "00:00:00.100"));
        var worker = new WorkerProcess(process, address);
        try
        {
            using var client = new HttpClient();
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            while (!await AnswersAsync(client, new(address, "/health"), limit.Token))
            {
                Assert.False(process.HasExited, "The worker ended before it answered.");
                await Task.Delay(100, limit.Token);
            }

            return worker;
        }
        catch
        {
            await worker.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a verb of the command line to its end.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(string[] arguments, string? connectionString, params (string Name, string? Value)[] environment)
    {
        using var process = Start(arguments, connectionString, environment);
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        process.StandardInput.Close();
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return (process.ExitCode, await output, await error);
    }

    public void Kill() => _process.Kill();

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static Process Start(string[] arguments, string? connectionString, params (string Name, string? Value)[] environment)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(Program).Assembly.Location, .. arguments])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        start.Environment["DOTNET_ENVIRONMENT"] = "Production";
        start.Environment["ApiKeys__Bootstrap"] = WorkerServer.BootstrapKey;
        if (connectionString is not null)
            start.Environment["ConnectionStrings__conversations"] = MigratedDatabase.As(connectionString, DatabaseRoles.Maintenance);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        var process = Process.Start(start)!;
        if (arguments.Length == 0)
        {
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
        }

        return process;
    }

    private static async Task<bool> AnswersAsync(HttpClient client, Uri address, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await client.GetAsync(address, cancellationToken);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
