using System.Diagnostics;
using System.IO.Compression;

namespace StandIns.Tests.Feeds;

/// <summary>A repository with this one's build plumbing, one project, and a feed of its own.</summary>
internal sealed class ScratchRepository : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("feeds-");

    public ScratchRepository()
    {
        var source = RepositoryRoot();
        Copy(Path.Combine(source, "eng"), Path.Combine(_root.FullName, "eng"));
        foreach (var file in new[] { "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props", "Directory.Solution.props", "Directory.Solution.targets", "global.json" })
        {
            File.Copy(Path.Combine(source, file), Path.Combine(_root.FullName, file));
        }

        foreach (var standIn in Directory.EnumerateFiles(Path.Combine(source, "StandIns"), "*.csproj", SearchOption.AllDirectories))
        {
            Write($"StandIns/{Path.GetFileNameWithoutExtension(standIn)}/{Path.GetFileName(standIn)}", """<Project Sdk="Microsoft.NET.Sdk" />""");
        }

        Write("StandIns/Pgvector/Vector.cs", "namespace Pgvector; public class Vector;");
        Write("StandIns/Directory.Build.props", """<Project><Import Project="../Directory.Build.props" /><PropertyGroup><GenerateDocumentationFile>false</GenerateDocumentationFile></PropertyGroup></Project>""");
        Write("Product/Product.csproj", """<Project Sdk="Microsoft.NET.Sdk"><ItemGroup><PackageReference Include="Pgvector" /></ItemGroup></Project>""");
        Directory.CreateDirectory(Feed);
    }

    public string Feed => Path.Combine(_root.FullName, "feed");

    /// <summary>The answers that were kept.</summary>
    public IReadOnlyList<string> Choices => Directory.Exists(Path.Combine(_root.FullName, "artifacts", "feed"))
        ? [.. Directory.EnumerateFiles(Path.Combine(_root.FullName, "artifacts", "feed"), "*.props").Select(File.ReadAllText)]
        : [];

    public void Write(string path, string text)
    {
        var full = Path.Combine(_root.FullName, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }

    public void Publish(string id, string version, bool isSdk = false)
    {
        using var package = ZipFile.Open(Path.Combine(Feed, $"{id}.{version}.nupkg"), ZipArchiveMode.Create);
        using var writer = new StreamWriter(package.CreateEntry($"{id}.nuspec").Open());
        var type = isSdk ? """<packageTypes><packageType name="MSBuildSdk" /></packageTypes>""" : "";
        writer.Write($"""<?xml version="1.0"?><package xmlns="http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd"><metadata><id>{id}</id><version>{version}</version><authors>test</authors><description>test</description>{type}</metadata></package>""");
    }

    public async Task<(int ExitCode, string Output)> DotnetAsync(string command, string source, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("dotnet", [command, "Product", $"-p:RestoreSources={source}", "-nologo"])
        {
            WorkingDirectory = _root.FullName, RedirectStandardOutput = true, RedirectStandardError = true,
            Environment = { ["NUGET_PACKAGES"] = Path.Combine(_root.FullName, "packages"), ["MSBUILDDISABLENODEREUSE"] = "1", ["DOTNET_CLI_UI_LANGUAGE"] = "en" },
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var error = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return (process.ExitCode, await output + await error);
    }

    public void Dispose() => _root.Delete(recursive: true);

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "ConversationPlatform.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("These tests run inside the repository.");
        }

        return folder.FullName;
    }

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var relative = Path.GetRelativePath(from, file);
            if (!relative.Split(Path.DirectorySeparatorChar).Contains("obj"))
            {
                Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(to, relative))!);
                File.Copy(file, Path.Combine(to, relative));
            }
        }
    }
}
