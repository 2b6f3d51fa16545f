using System.Diagnostics;
using System.Net.Http.Headers;
using ConversationData.Roles;
using MailForTests;

namespace ConversationApi.Tests;

/// <summary>The API as a process of its own, which can be killed.</summary>
internal sealed class ApiProcess : IAsyncDisposable
{
    private readonly Process _process;

    private ApiProcess(Process process, Uri address)
    {
        _process = process;
        Client = new() { BaseAddress = address, Timeout = TimeSpan.FromMinutes(1) };
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ApiServer.BootstrapKey);
    }

    /// <summary>Has the bootstrap key.</summary>
    public HttpClient Client { get; }

    public static async Task<ApiProcess> StartAsync(string connectionString, params (string Name, string? Value)[] settings)
    {
        var folder = Path.GetDirectoryName(typeof(Program).Assembly.Location)!;
        var start = new ProcessStartInfo("dotnet", [Path.Combine(folder, "ConversationApi.dll"), "--urls", "http://127.0.0.1:0", "--contentRoot", folder]) { RedirectStandardOutput = true };
        (string Name, string? Value)[] all =
        [
            ("ConnectionStrings:conversations", MigratedDatabase.As(connectionString, DatabaseRoles.Application)), ("ApiKeys:Bootstrap", ApiServer.BootstrapKey), ("Ingestion:ReplyTokenKey", ApiServer.TokenKey),
            ("Logging:LogLevel:Microsoft.Hosting.Lifetime", "Information"), ("Logging:Console:FormatterName", "simple"), .. settings,
        ];
        foreach (var (name, value) in all)
            start.Environment[name.Replace(":", "__", StringComparison.Ordinal)] = value;
        var process = Process.Start(start)!;
        var listening = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        var said = new System.Text.StringBuilder();
        process.OutputDataReceived += (_, line) =>
        {
            said.AppendLine(line.Data);
            if (line.Data is null)
                listening.TrySetException(new InvalidOperationException($"The API ended: {said}"));
            else if (line.Data.IndexOf("Now listening on: ", StringComparison.Ordinal) is var at and >= 0)
                listening.TrySetResult(new(line.Data[(at + 18)..].Trim()));
        };
        process.BeginOutputReadLine();
        return new(process, await listening.Task.WaitAsync(TimeSpan.FromMinutes(1)));
    }

    /// <summary>As the kernel ends a process: nothing of it runs any more.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (!_process.HasExited)
            await KillAsync();
        _process.Dispose();
    }
}
