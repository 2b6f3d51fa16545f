using System.Diagnostics;

namespace House.Tests;

/// <summary>The checkout: its projects and the files that belong to the repository.</summary>
internal static class House
{
    public static string Root { get; } = FindRoot(AppContext.BaseDirectory);

    /// <summary>Every file that git tracks or would track, relative to the root, with forward slashes.</summary>
    public static IReadOnlyList<string> Files { get; } = ListFiles();

    public static IReadOnlyList<Project> Projects { get; } =
        [.. Files.Where(file => file.EndsWith(".csproj", StringComparison.Ordinal)).Select(Project.Load)];

    public static IEnumerable<Project> ProductProjects => Projects.Where(project => project.IsProduct);

    /// <summary>The product's own C# files.</summary>
    public static IEnumerable<string> ProductSources => Files.Where(file =>
        file.EndsWith(".cs", StringComparison.Ordinal) && ProductProjects.Any(project => file.StartsWith(project.Folder + "/", StringComparison.Ordinal)));

    public static string Read(string file) => File.ReadAllText(Path.Combine(Root, file));

    private static string FindRoot(string folder)
        => File.Exists(Path.Combine(folder, "ConversationPlatform.sln"))
            ? folder
            : FindRoot(Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests run outside of a checkout."));

    private static IReadOnlyList<string> ListFiles()
    {
        var (exit, output) = Git("ls-files", "--cached", "--others", "--exclude-standard");
        var files = exit == 0 ? output.Split('\n', StringSplitOptions.RemoveEmptyEntries) : WithoutGit();
        return [.. files.Where(file => File.Exists(Path.Combine(Root, file)))];
    }

    private static (int Exit, string Output) Git(params string[] arguments)
    {
        try
        {
            using var git = Process.Start(new ProcessStartInfo("git", ["-c", "core.quotepath=off", .. arguments])
            {
                WorkingDirectory = Root,
                RedirectStandardOutput = true,
            })!;
            var output = git.StandardOutput.ReadToEnd();
            git.WaitForExit();
            return (git.ExitCode, output);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return (-1, "");
        }
    }

    /// <summary>An unpacked archive has no repository; what a build leaves behind does not belong to it either.</summary>
    private static IEnumerable<string> WithoutGit()
        => Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/'))
            .Where(file => !file.Split('/').Any(part => part is "bin" or "obj" or "artifacts" or "TestResults" or ".git"));
}
