using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Benchmarks.Measuring;

/// <summary>A server as a process of its own, so that it shares nothing with its clients.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    public const string Key = "key-of-the-benchmarks-0123456789";
    private readonly Process _process;

    private ServerProcess(Process process, int port) => (_process, Port) = (process, port);

    public int Port { get; }

    public int Id => _process.Id;

    public static Task<ServerProcess> StartApiAsync(string connectionString, CancellationToken cancellationToken, params string[] settings)
    {
        var folder = AppContext.BaseDirectory.Replace(Path.Combine("tests", "Benchmarks"), "ConversationApi", StringComparison.Ordinal);
        return StartAsync(port => [Path.Combine(folder, "ConversationApi.dll"), "--urls", $"http://127.0.0.1:{port}", "--contentRoot", folder, .. settings],
            ("ConnectionStrings__conversations", MailForTests.MigratedDatabase.As(connectionString, "app_user")), ("ApiKeys__Bootstrap", Key), cancellationToken);
    }

    public static Task<ServerProcess> StartWorkerAsync(string connectionString, CancellationToken cancellationToken)
    {
        var folder = AppContext.BaseDirectory.Replace(Path.Combine("tests", "Benchmarks"), "MaintenanceWorker", StringComparison.Ordinal);
        return StartAsync(port => [Path.Combine(folder, "MaintenanceWorker.dll"), "--urls", $"http://127.0.0.1:{port}", "--contentRoot", folder],
            ("ConnectionStrings__conversations", MailForTests.MigratedDatabase.As(connectionString, "maintenance")), ("ApiKeys__Bootstrap", Key), cancellationToken);
    }

    public static Task<ServerProcess> StartBareAsync(string file, CancellationToken cancellationToken) =>
        StartAsync(port => [Path.Combine(AppContext.BaseDirectory, "Benchmarks.dll"), "bare", $"{port}", file], ("X", "x"), ("Y", "y"), cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static async Task<ServerProcess> StartAsync(Func<int, string[]> arguments, (string, string) one, (string, string) other, CancellationToken cancellationToken)
    {
        int port;
        using (var listener = new TcpListener(IPAddress.Loopback, 0))
        {
            listener.Start();
            port = ((IPEndPoint)listener.LocalEndpoint).Port;
        }

        var start = new ProcessStartInfo("dotnet", arguments(port)) { RedirectStandardOutput = true };
        foreach (var (name, value) in new[] { one, other })
            start.Environment[name] = value;
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        var server = new ServerProcess(process, port);
        for (var tries = 0; ; tries++)
        {
            try
            {
                using var probe = new TcpClient();
                await probe.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
                return server;
            }
            catch (SocketException) when (tries < 600 && !process.HasExited)
            {
                await Task.Delay(50, cancellationToken);
            }
        }
    }
}
