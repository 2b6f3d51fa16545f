using System.ComponentModel;
using System.Diagnostics;
using AppHost.Postgres.Data;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AppHost.Postgres.Runtimes;

/// <summary>The PostgreSQL that local nodes run: found on this machine, or fetched once (eng/postgres.sh), in the order that README gives.</summary>
internal sealed partial class PostgresInstallation(string script, string? binDir, int? major)
{
    private readonly Lock _lock = new();
    private readonly List<Action<string>> _listeners = [];
    private Task<string>? _search;
    private CancellationToken _stopping;
    private int _announced;

    /// <summary>The installation of an application: one for all its nodes.</summary>
    public static PostgresInstallation For(IDistributedApplicationBuilder builder, PostgresClusterOptions options, DataPlace place)
    {
        if (builder.Services.FirstOrDefault(service => service.ServiceType == typeof(PostgresInstallation))?.ImplementationInstance is PostgresInstallation present)
        {
            return present;
        }

        var script = Path.GetFullPath(Path.Combine(builder.AppHostDirectory, "..", "eng", "postgres.sh"));
        var installation = new PostgresInstallation(script, options.BinDir, MajorOf(place));
        builder.Services.AddSingleton(installation);
        return installation;
    }

    /// <summary>Makes sure that there is a PostgreSQL before a node starts; shows each step on the node and on the console.</summary>
    public async Task PrepareAsync(IResource node, IServiceProvider services, CancellationToken cancellationToken)
    {
        _stopping = services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        var console = services.GetRequiredService<ILoggerFactory>().CreateLogger<PostgresInstallation>();
        var logger = services.GetRequiredService<ResourceLoggerService>().GetLogger(node);
        Listen(line => Progress(logger, line));
        var first = Interlocked.Exchange(ref _announced, 1) == 0;
        if (first)
        {
            Listen(line => Progress(console, line));
        }

        try
        {
            await BinDirAsync(cancellationToken);
        }
        catch (DistributedApplicationException exception) when (first)
        {
            Missing(console, exception.Message);
            throw;
        }
    }

    /// <summary>The folder of the server's programs.</summary>
    /// <exception cref="DistributedApplicationException">There is none, and none can be had; the message names what to install.</exception>
    public Task<string> BinDirAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_search is null or { IsFaulted: true } or { IsCanceled: true })
            {
                // For all nodes: the one that asked first may be stopped meanwhile.
                _search = SearchAsync(_stopping);
            }

            return _search.WaitAsync(cancellationToken);
        }
    }

    private void Listen(Action<string> listener)
    {
        lock (_lock)
        {
            _listeners.Add(listener);
        }
    }

    private async Task<string> SearchAsync(CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("sh", major is { } version ? [script, "--major", $"{version}"] : [script])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        if (binDir is { Length: > 0 })
        {
            start.Environment["POSTGRES_BINDIR"] = binDir;
        }

        using var process = new Process { StartInfo = start };
        var last = "eng/postgres.sh said nothing";
        process.ErrorDataReceived += (_, line) => last = line.Data is { Length: > 0 } text ? Tell(text) : last;
        try
        {
            process.Start();
        }
        catch (Win32Exception exception)
        {
            throw new DistributedApplicationException(
                "A local PostgreSQL needs Linux or macOS. Here use containers (install Docker, Postgres:Runtime=container) or a server that is there (Postgres:Runtime=external).", exception);
        }

        process.BeginErrorReadLine();
        try
        {
            var found = (await process.StandardOutput.ReadToEndAsync(cancellationToken)).Trim();
            await process.WaitForExitAsync(cancellationToken);
            return process.ExitCode == 0 && found.Length > 0 ? found.Split('\n')[^1] : throw new DistributedApplicationException(last);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    private string Tell(string line)
    {
        lock (_lock)
        {
            _listeners.ForEach(listener => listener(line));
        }

        return line;
    }

    // Data can only be opened by the major version that made it.
    private static int? MajorOf(DataPlace place) => Directory.Exists(place.Folder)
        ? Directory.EnumerateFiles(place.Folder, "PG_VERSION", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 2, IgnoreInaccessible = true })
            .Select(file => int.TryParse(File.ReadAllText(file), out var found) ? found : (int?)null)
            .FirstOrDefault(found => found is not null)
        : null;

    [LoggerMessage(Level = LogLevel.Information, Message = "{Line}")]
    private static partial void Progress(ILogger logger, string line);

    [LoggerMessage(Level = LogLevel.Error, Message = "The database cannot start. {Reason}")]
    private static partial void Missing(ILogger logger, string reason);
}
