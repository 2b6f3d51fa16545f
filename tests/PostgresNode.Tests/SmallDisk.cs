using System.Diagnostics;

namespace PostgresNode.Tests;

/// <summary>A file system of its own for one node, gone with the node: it is mounted where only the node's process sees it.</summary>
internal sealed class SmallDisk
{
    private const string Mount = "mount -t tmpfs -o size=\"$0\",mode=711 none \"$1\" && shift && exec \"$@\"";
    private readonly TestNode _node;
    private readonly string _place;

    private SmallDisk(TestNode node, string place) => (_node, _place) = (node, place);

    private string Filler => Path.Combine($"/proc/{_node.ProcessId}/root{_place}", "filler");

    /// <summary>Puts a node that has not started onto a disk of the size.</summary>
    public static SmallDisk For(TestNode node, string folder, string size)
    {
        var place = Directory.CreateDirectory(Path.Combine(folder, $"disk-{node.Name}")).FullName;
        node.Settings["Postgres__DataDir"] = Path.Combine(place, node.Name);
        // Without root: a user namespace in which mounting is allowed, and one below in which the node has its own user again.
        node.Below = Environment.IsPrivilegedProcess
            ? ["unshare", "--mount", "sh", "-c", Mount, size, place]
            : ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", Mount, size, place,
                "unshare", "--user", $"--map-user={Id("-u")}", $"--map-group={Id("-g")}", "--"];
        return new(node, place);
    }

    /// <summary>Takes all that is left, but for so many MiB.</summary>
    public void Fill(int left = 0)
    {
        using var file = File.Create(Filler, 1);
        try
        {
            FillWhole(file);
        }
        finally
        {
            file.SetLength(file.Length - ((long)left << 20));
        }
    }

    private static void FillWhole(FileStream file)
    {
        try
        {
            for (var piece = new byte[1 << 20]; ;)
                file.Write(piece);
        }
        catch (IOException)
        {
            // Full.
        }
    }

    public void MakeRoom() => File.Delete(Filler);

    /// <summary>Whether this machine lets its users mount.</summary>
    public static bool IsPossible()
    {
        string[] command = Environment.IsPrivilegedProcess ? ["--mount", "true"] : ["--user", "--map-root-user", "--mount", "unshare", "--user", $"--map-user={Id("-u")}", "true"];
        try
        {
            using var unshare = Process.Start(new ProcessStartInfo("unshare", command) { RedirectStandardError = true })!;
            unshare.WaitForExit();
            return unshare.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private static string Id(string option)
    {
        using var id = Process.Start(new ProcessStartInfo("id", [option]) { RedirectStandardOutput = true })!;
        return id.StandardOutput.ReadToEnd().Trim();
    }
}

/// <summary>A theory with a disk to fill; where none can be made, the run says so.</summary>
internal sealed class SmallDiskTheoryAttribute : TheoryAttribute
{
    public SmallDiskTheoryAttribute() =>
        Skip = SmallDisk.IsPossible() ? null : "No small disk can be made here: unshare --mount is needed, with --user for others than root.";
}
