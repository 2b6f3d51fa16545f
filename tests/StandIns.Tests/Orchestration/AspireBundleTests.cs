using Aspire.Hosting.Orchestration;

namespace StandIns.Tests.Orchestration;

public sealed class AspireBundleTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _progress = [];

    private string Cache => Path.Combine(_folder.FullName, "cache");

    private string Root => Path.Combine(Cache, "conversation-platform");

    [Fact]
    public async Task Without_npm_one_line_says_how_to_get_it()
    {
        var failure = await Assert.ThrowsAsync<AspireBundleException>(() => Locate(Path.Combine(_folder.FullName, "no-such-npm")));

        Assert.Contains("install npm (nodejs.org", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failure.Message);
        Assert.Empty(Directory.GetDirectories(Root));
    }

    [Fact]
    public async Task A_registry_that_lacks_the_package_is_told_apart_from_one_that_is_down()
    {
        var lacking = _folder.Script("npm-lacking", "echo 'npm error code E404' >&2; echo 'npm error 404 Not Found' >&2; exit 1");
        var down = _folder.Script("npm-down", "echo 'npm error code ECONNREFUSED' >&2; exit 1");

        var lacks = await Assert.ThrowsAsync<AspireBundleException>(() => Locate(lacking));
        var isDown = await Assert.ThrowsAsync<AspireBundleException>(() => Locate(down));

        Assert.Contains($"registry lacks @microsoft/aspire-cli-{AspireBundle.PlatformName()} {AspireBundle.Version}", lacks.Message, StringComparison.Ordinal);
        Assert.Contains("ECONNREFUSED", isDown.Message, StringComparison.Ordinal);
        Assert.Contains("check the network", isDown.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', lacks.Message + isDown.Message);
        Assert.Empty(Directory.GetDirectories(Root));
    }

    [Fact]
    public async Task Two_starts_fetch_once_although_the_set_up_ends_with_a_failure_and_a_killed_start_left_a_draft()
    {
        Directory.CreateDirectory(Path.Combine(Root, $".aspire-{AspireBundle.Version}-leftover", "half"));
        var npm = PackingNpm(whatSetUpDoes: "exit 6");

        var bundles = await Task.WhenAll(Locate(npm), Locate(npm));

        Assert.Equal("x", File.ReadAllText(Path.Combine(_folder.FullName, "packed")).Trim());
        Assert.Equal(bundles[0].DcpPath, bundles[1].DcpPath);
        Assert.StartsWith(Path.Combine(Root, $"aspire-{AspireBundle.Version}"), bundles[0].DashboardPath, StringComparison.Ordinal);
        Assert.Equal([$"aspire-{AspireBundle.Version}"], Directory.GetDirectories(Root).Select(Path.GetFileName));
        Assert.Single(_progress, "Fetching the Aspire dashboard and orchestrator (127 MB, once)...");
    }

    [Fact]
    public async Task A_set_up_that_leaves_a_broken_program_is_tried_three_times_and_nothing_of_it_is_kept()
    {
        var npm = PackingNpm(whatSetUpDoes: "printf broken > \"$v/dcp/dcp\"; echo x >> \"$npm_dir/tries\"; exit 0");

        var failure = await Assert.ThrowsAsync<AspireBundleException>(() => Locate(npm));

        Assert.Contains("500 MB", failure.Message, StringComparison.Ordinal);
        Assert.Equal(3, File.ReadAllLines(Path.Combine(_folder.FullName, "tries")).Length);
        Assert.Empty(Directory.GetDirectories(Root));
    }

    public void Dispose() => _folder.Dispose();

    private Task<AspireBundle> Locate(string npm) => AspireBundle.LocateAsync(
        Cache,
        npm,
        line =>
        {
            lock (_progress)
            {
                _progress.Add(line);
            }
        },
        CancellationToken.None);

    /// <summary>An npm that packs a command-line program which unpacks as the real one does, in miniature.</summary>
    private string PackingNpm(string whatSetUpDoes)
    {
        var bin = Directory.CreateDirectory(Path.Combine(_folder.FullName, "source", "package", "bin")).FullName;
        _folder.Script(
            Path.Combine(bin, "aspire"),
            $$"""
            npm_dir='{{_folder.FullName}}'
            v="$3/versions/one"
            mkdir -p "$v/dcp" "$v/managed"
            printf '#!/bin/sh\nexit 0\n' > "$v/dcp/dcp"
            printf '#!/bin/sh\necho dashboard\n' > "$v/managed/aspire-managed"
            chmod +x "$v/dcp/dcp" "$v/managed/aspire-managed"
            {{whatSetUpDoes}}
            """);
        return _folder.Script(
            "npm",
            $"""
            echo x >> '{_folder.FullName}/packed'
            sleep 0.5
            tar czf package.tgz -C '{_folder.FullName}/source' package
            """);
    }
}
