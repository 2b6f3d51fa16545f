using System.Runtime.InteropServices;

namespace Aspire.Hosting.Orchestration;

/// <summary>
/// Where the real orchestrator (dcp) and the real dashboard lie: in the user's cache, fetched once from npm.
/// </summary>
internal sealed class AspireBundle
{
    /// <summary>The version both contracts are pinned to: they are internal to Aspire and change without notice.</summary>
    public const string Version = "13.5.4";

    private static readonly string _executable = OperatingSystem.IsWindows() ? ".exe" : "";

    private AspireBundle(string folder)
    {
        DcpPath = Path.Combine(folder, "dcp", "dcp" + _executable);
        DashboardPath = Path.Combine(folder, "managed", "aspire-managed" + _executable);
    }

    public string DcpPath { get; }

    public string DashboardPath { get; }

    /// <exception cref="AspireBundleException">npm is missing, fails, or lacks the package.</exception>
    public static Task<AspireBundle> LocateAsync(Action<string> progress, CancellationToken ct) =>
        LocateAsync(CacheFolder(), "npm", progress, ct);

    /// <param name="cacheFolder">The folder whose <c>conversation-platform/aspire-VERSION</c> holds the bundle.</param>
    /// <param name="npm">npm's name on the PATH, or its path.</param>
    /// <param name="progress">Told, in whole lines, what takes time.</param>
    /// <param name="ct">Stops the fetching; what was fetched by then is thrown away.</param>
    internal static async Task<AspireBundle> LocateAsync(string cacheFolder, string npm, Action<string> progress, CancellationToken ct)
    {
        var root = Path.Combine(cacheFolder, "conversation-platform");
        var folder = Path.Combine(root, $"aspire-{Version}");
        if (TryOpen(folder) is { } present)
        {
            return present;
        }

        CreatePrivate(root);
        await using var held = await BundleLock.TakeAsync($"{folder}.lock", progress, ct);
        if (TryOpen(folder) is { } fetchedByAnother)
        {
            return fetchedByAnother;
        }

        // Whoever holds the lock is alone: any draft is what a killed start left behind.
        foreach (var leftover in Directory.EnumerateDirectories(root, $".aspire-{Version}-*"))
        {
            Directory.Delete(leftover, recursive: true);
        }

        progress("Fetching the Aspire dashboard and orchestrator (127 MB, once)...");
        var draft = Path.Combine(root, $".aspire-{Version}-{Guid.NewGuid():N}");
        CreatePrivate(draft);
        try
        {
            var unpacked = await new BundleFetch(npm, draft).RunAsync(ct);
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }

            Directory.Move(unpacked, folder);
        }
        finally
        {
            Directory.Delete(draft, recursive: true);
        }

        return TryOpen(folder) ?? throw new AspireBundleException($"The Aspire bundle in {folder} is incomplete: delete that folder and start again.");
    }

    /// <summary>The bundle in this folder when both programs are there, otherwise null.</summary>
    internal static AspireBundle? TryOpen(string folder)
    {
        var bundle = new AspireBundle(folder);
        return File.Exists(bundle.DcpPath) && File.Exists(bundle.DashboardPath) ? bundle : null;
    }

    /// <summary>The end of the npm package's name, as npm's packages for .NET tools have it: linux-x64, linux-musl-x64, osx-arm64, win-x64.</summary>
    internal static string PlatformName()
    {
        var identifier = RuntimeInformation.RuntimeIdentifier;
        var musl = identifier.Contains("musl", StringComparison.Ordinal) || identifier.StartsWith("alpine", StringComparison.Ordinal);
        var system = OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : musl ? "linux-musl" : "linux";
        return $"{system}-{RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant()}";
    }

    private static string CacheFolder()
    {
        if (Environment.GetEnvironmentVariable("CONVERSATION_PLATFORM_CACHE") is { Length: > 0 } chosen)
        {
            return Path.GetFullPath(chosen);
        }

        if (!OperatingSystem.IsLinux())
        {
            return Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create);
        }

        var xdg = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        return Path.IsPathRooted(xdg) ? xdg : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
    }

    private static void CreatePrivate(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
