using System.Formats.Tar;
using System.IO.Compression;

namespace Aspire.Hosting.Orchestration;

/// <summary>Fetches Aspire's command-line package with npm and has it unpack the orchestrator and the dashboard, all inside one draft folder.</summary>
internal sealed class BundleFetch(string npm, string draft)
{
    private const string Remedy = "or use a NuGet feed that has the Aspire packages";
    private readonly string _package = $"@microsoft/aspire-cli-{AspireBundle.PlatformName()}";

    /// <returns>The folder that holds <c>dcp</c> and <c>managed</c>, complete.</returns>
    /// <exception cref="AspireBundleException">It cannot be had; the message names the remedy.</exception>
    public async Task<string> RunAsync(CancellationToken ct)
    {
        await PackAsync(ct);
        var tarball = Directory.EnumerateFiles(draft, "*.tgz").SingleOrDefault()
            ?? throw new AspireBundleException($"npm said it packed {_package} but left no file: update npm (nodejs.org), {Remedy}.");
        await using (var packed = File.OpenRead(tarball))
        await using (var unzipped = new GZipStream(packed, CompressionMode.Decompress))
        {
            await TarFile.ExtractToDirectoryAsync(unzipped, draft, overwriteFiles: false, ct);
        }

        File.Delete(tarball);
        return await SetUpAsync(ct);
    }

    private async Task PackAsync(CancellationToken ct)
    {
        CommandResult packed;
        try
        {
            packed = await Command.RunAsync(npm, ["pack", $"{_package}@{AspireBundle.Version}", "--no-update-notifier", "--loglevel=error"], draft, [], ct);
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            throw new AspireBundleException($"The Aspire dashboard and orchestrator are fetched with npm, which is not installed: install npm (nodejs.org, or your system's package 'npm'), {Remedy}.", missing);
        }

        if (packed.ExitCode == 0)
        {
            return;
        }

        var lacks = packed.Lines.Any(line => line.Contains("E404", StringComparison.Ordinal) || line.Contains("ETARGET", StringComparison.Ordinal));
        throw new AspireBundleException(lacks
            ? $"npm's registry lacks {_package} {AspireBundle.Version}: configure one that has it (npm config set registry ...), {Remedy}."
            : $"npm could not fetch {_package} {AspireBundle.Version} ({packed.Summary}): check the network and npm's configuration and start again, {Remedy}.");
    }

    private async Task<string> SetUpAsync(CancellationToken ct)
    {
        var name = OperatingSystem.IsWindows() ? "aspire.exe" : "aspire";
        var cli = Path.Combine(draft, "package", "bin", name);
        if (!File.Exists(cli))
        {
            throw new AspireBundleException($"{_package} {AspireBundle.Version} holds no bin/{name}: report it, {Remedy}.");
        }

        var summary = "";
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            // A background check of that program sometimes races with its own work, exits with 6 and leaves no link:
            // the files are complete all the same, so they decide, not the exit code.
            var home = Directory.CreateDirectory(Path.Combine(draft, $"home-{attempt}")).FullName;
            var installed = Path.Combine(draft, $"installed-{attempt}");
            var setUp = await Command.RunAsync(
                cli,
                ["setup", "--install-path", installed, "--non-interactive", "--nologo"],
                draft,
                [new("HOME", home), new("USERPROFILE", home), new("ASPIRE_CLI_TELEMETRY_OPTOUT", "true"), new("DOTNET_CLI_TELEMETRY_OPTOUT", "true")],
                ct);
            var versions = Path.Combine(installed, "versions");
            var found = Directory.Exists(versions) ? Directory.EnumerateDirectories(versions).FirstOrDefault(IsComplete) : null;
            if (found is not null && await RunsAsync(found, ct))
            {
                return found;
            }

            summary = setUp.Summary;
        }

        throw new AspireBundleException($"'aspire setup' could not unpack the dashboard and orchestrator ({summary}): check that 500 MB are free at {draft}, {Remedy}.");
    }

    private static bool IsComplete(string folder) => AspireBundle.TryOpen(folder) is not null;

    /// <summary>A file that is there may still be cut short: both programs are asked for a sign of life.</summary>
    private async Task<bool> RunsAsync(string folder, CancellationToken ct)
    {
        var bundle = AspireBundle.TryOpen(folder)!;
        try
        {
            var dcp = await Command.RunAsync(bundle.DcpPath, ["version"], draft, [], ct);
            var dashboard = await Command.RunAsync(bundle.DashboardPath, ["--help"], draft, [], ct);
            return dcp.ExitCode == 0 && dashboard.Lines.Any(line => line.Contains("dashboard", StringComparison.Ordinal));
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
