namespace MigrationRunner;

/// <summary>Runs one piece of work in a started host and turns its end into an exit code.</summary>
internal static partial class OneShot
{
    /// <summary>Starts the host, does the work, stops the host. Telemetry is flushed when the host is disposed of.</summary>
    /// <returns>0 when the work was done, 1 when it failed, 130 when it was interrupted.</returns>
    public static async Task<int> RunOnceAsync<T>(this IHost host, Func<T, CancellationToken, Task> work) where T : notnull
    {
        await host.StartAsync();
        var stopping = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        try
        {
            await work(host.Services.GetRequiredService<T>(), stopping);
            return 0;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return 130;
        }
        catch (Exception exception)
        {
            LogFailed(host.Services.GetRequiredService<ILogger<T>>(), exception);
            return 1;
        }
        finally
        {
            await host.StopAsync(CancellationToken.None);
        }
    }

    [LoggerMessage(LogLevel.Critical, "The migration failed")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
