using System.Diagnostics;

namespace Aspire.Hosting.Orchestration;

/// <summary>The running dcp: its start, its private session folder, its processes.</summary>
internal sealed class DcpServer
{
    private static readonly TimeSpan _startLimit = TimeSpan.FromSeconds(60);

    // They describe this process, not the programs it starts; the real packages withhold the same four.
    private static readonly string[] _withheld = ["ASPNETCORE_URLS", "ASPNETCORE_ENVIRONMENT", "DOTNET_ENVIRONMENT", "DOTNET_LAUNCH_PROFILE"];

    private readonly string _session;

    private DcpServer(string session, DcpConnection connection)
    {
        _session = session;
        Connection = connection;
    }

    public DcpConnection Connection { get; }

    public string KubeconfigPath => Kubeconfig(_session);

    public static async Task<DcpServer> StartAsync(string dcp, int owner, CancellationToken ct)
    {
        // Private to the user, and to this dcp: it deletes the whole folder when it ends, also after the death of this process.
        var session = Directory.CreateTempSubdirectory("aspire-dcp-").FullName;
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
            limit.CancelAfter(_startLimit);
            using var launcher = Process.Start(LaunchInfo(dcp, owner, session)) ?? throw new DcpException($"{dcp} did not start.");
            await launcher.WaitForExitAsync(limit.Token);
            if (launcher.ExitCode != 0)
            {
                throw new DcpException($"The orchestrator {dcp} ended with exit code {launcher.ExitCode}: {Said(session)}");
            }

            return new DcpServer(session, await AnswersAsync(session, limit.Token));
        }
        catch (Exception failure)
        {
            var said = Said(session);
            Kill(session);
            Delete(session);
            if (failure is OperationCanceledException && !ct.IsCancellationRequested)
            {
                throw new DcpException($"The orchestrator did not answer within {_startLimit.TotalSeconds:0} s: {said}", failure);
            }

            if (failure is System.ComponentModel.Win32Exception)
            {
                throw new DcpException($"The orchestrator {dcp} cannot be started: {failure.Message}", failure);
            }

            throw;
        }
    }

    /// <summary>Waits until dcp has ended of itself, then ends what is left of it.</summary>
    /// <param name="patience">How long it may take for that.</param>
    public async Task EndAsync(TimeSpan patience)
    {
        var waited = Stopwatch.StartNew();
        while (Directory.Exists(_session) && waited.Elapsed < patience)
        {
            await Task.Delay(50);
        }

        Kill(_session);

        // What was killed is listed until the kernel has taken it apart.
        for (var tries = 0; tries < 40 && ProcessesOf(Kubeconfig(_session)).Count > 0; tries++)
        {
            await Task.Delay(50);
        }

        Delete(_session);
    }

    private static ProcessStartInfo LaunchInfo(string dcp, int owner, string session)
    {
        // A pipe would be inherited by the process that stays behind, and break under it; so the shell gives it a file.
        string[] arguments =
        [
            "start-apiserver", "--detach", "--monitor", $"{owner}", "--monitor-interval", "1", "--kubeconfig", Kubeconfig(session),
        ];
        var start = OperatingSystem.IsWindows()
            ? new ProcessStartInfo(dcp, arguments)
            : new ProcessStartInfo("/bin/sh", ["-c", "exec \"$0\" \"$@\" >\"$DCP_SESSION_FOLDER/dcp.log\" 2>&1 </dev/null", dcp, .. arguments]);
        start.CreateNoWindow = true;
        foreach (var name in _withheld)
        {
            start.Environment.Remove(name);
        }

        start.Environment["DCP_SESSION_FOLDER"] = session;
        return start;
    }

    private static async Task<DcpConnection> AnswersAsync(string session, CancellationToken ct)
    {
        while (true)
        {
            if (DcpConnection.TryRead(Kubeconfig(session)) is { } connection)
            {
                using var client = new DcpClient(connection);
                try
                {
                    await client.GetAsync("executables", DcpJson.Default.ExecutableList, ct);
                    return connection;
                }
                catch (Exception early) when (early is HttpRequestException or DcpException)
                {
                    // Written before it listens, and it listens before it knows its own objects.
                }
            }

            await Task.Delay(20, ct);
        }
    }

    private static string Kubeconfig(string session) => Path.Combine(session, "kubeconfig");

    private static string Said(string session)
    {
        try
        {
            return string.Join(' ', File.ReadLines(Path.Combine(session, "dcp.log")).TakeLast(3));
        }
        catch (IOException)
        {
            return "it left no word";
        }
    }

    private static void Kill(string session)
    {
        foreach (var (id, arguments) in ProcessesOf(Kubeconfig(session)))
        {
            try
            {
                using var process = Process.GetProcessById(id);
                process.Kill();
            }
            catch (Exception gone) when (gone is ArgumentException or InvalidOperationException)
            {
                // Ended by itself meanwhile.
            }

            // Its socket in the user's cache folder, which it has no chance to take away.
            var socket = Array.IndexOf(arguments, "--notification-socket") + 1;
            if (socket > 0 && socket < arguments.Length)
            {
                File.Delete(arguments[socket]);
            }
        }
    }

    /// <summary>dcp's own processes, known by the kubeconfig they were started with; elsewhere than on Linux they end by themselves 2 s later.</summary>
    private static List<(int Id, string[] Arguments)> ProcessesOf(string kubeconfig)
    {
        var found = new List<(int, string[])>();
        if (!OperatingSystem.IsLinux())
        {
            return found;
        }

        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            try
            {
                if (int.TryParse(Path.GetFileName(folder), out var id) && File.ReadAllText($"{folder}/cmdline").Split('\0') is var arguments && arguments.Contains(kubeconfig))
                {
                    found.Add((id, arguments));
                }
            }
            catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
            {
                // It ended meanwhile, or belongs to somebody else.
            }
        }

        return found;
    }

    private static void Delete(string folder)
    {
        for (var attempt = 1; attempt <= 5; attempt++)
        {
            try
            {
                Directory.Delete(folder, recursive: true);
                return;
            }
            catch (DirectoryNotFoundException)
            {
                return;
            }
            catch (IOException) when (attempt < 5)
            {
                // dcp deletes in it at the same moment.
                Thread.Sleep(20);
            }
        }
    }
}
