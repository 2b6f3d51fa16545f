namespace Aspire.Hosting.Orchestration;

/// <summary>Held by the one start that fetches; the operating system lets go of it when that process dies.</summary>
internal static class BundleLock
{
    public static async Task<FileStream> TakeAsync(string path, Action<string> progress, CancellationToken ct)
    {
        var told = false;
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException failure) when (failure is not (DirectoryNotFoundException or PathTooLongException))
            {
                if (!told)
                {
                    told = true;
                    progress("Another start is fetching the Aspire dashboard and orchestrator: waiting for it...");
                }

                await Task.Delay(TimeSpan.FromMilliseconds(200), ct);
            }
        }
    }
}
