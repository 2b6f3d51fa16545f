using System.Globalization;

namespace AppHost.Postgres;

/// <summary>The verb <c>reset</c>: deletes the local cluster's data, which nothing else ever does.</summary>
internal static class DataReset
{
    /// <summary>Whether the command line asks for it.</summary>
    public static bool IsAsked(string[] args) => args is ["reset", ..];

    /// <summary>Deletes the data after a yes, typed or given as <c>--yes</c>.</summary>
    /// <returns>0 when the data is gone or there was none; 1 when it is in use or the answer was no.</returns>
    public static int Run(IDistributedApplicationBuilder builder, string[] args)
    {
        DataPlace place;
        try
        {
            place = DataPlace.Of(builder, PostgresClusterOptions.From(builder.Configuration));
        }
        catch (DistributedApplicationException exception)
        {
            Console.Error.WriteLine(exception.Message);
            return 1;
        }

        if (place.MadeBy is PostgresRuntime.Container)
        {
            Console.WriteLine("The data of this clone lies in container volumes: 'docker volume ls' shows them (their names have 'postgres' and end in '-data'), 'docker volume rm' deletes them.");
            place.Release();
            return 0;
        }

        var nodes = place.Nodes;
        if (nodes.Count == 0)
        {
            Console.WriteLine($"There is no data in {place.Folder}.");
            place.Release();
            return 0;
        }

        var locks = new List<FileStream>();
        try
        {
            foreach (var node in nodes)
            {
                if (!TryLock(node, locks))
                {
                    Console.Error.WriteLine($"{node} is in use: stop the AppHost first (Ctrl+C where it runs).");
                    return 1;
                }
            }

            return Delete(place, nodes, args.Contains("--yes"));
        }
        finally
        {
            locks.ForEach(each => each.Dispose());
        }
    }

    private static int Delete(DataPlace place, IReadOnlyList<string> nodes, bool confirmed)
    {
        Console.WriteLine($"This deletes the database of this clone, with everything in it: {string.Join(", ", nodes)}");
        if (!confirmed && !Confirmed())
        {
            Console.Error.WriteLine("Nothing was deleted.");
            return 1;
        }

        foreach (var node in nodes)
        {
            Directory.Delete(node, recursive: true);
        }

        place.Release();
        Console.WriteLine("Deleted. The next start makes a new, empty database.");
        return 0;
    }

    // A node holds this lock as long as it lives, and its server may outlive it for a moment.
    private static bool TryLock(string node, List<FileStream> locks)
    {
        try
        {
            locks.Add(new FileStream(Path.Combine(node, "node.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException)
        {
            return false;
        }

        var postmaster = Path.Combine(node, "data", "postmaster.pid");
        return !File.Exists(postmaster)
            || !int.TryParse(File.ReadLines(postmaster).FirstOrDefault(), NumberStyles.None, CultureInfo.InvariantCulture, out var process)
            || !IsAlive(process);
    }

    private static bool IsAlive(int process)
    {
        try
        {
            using var found = System.Diagnostics.Process.GetProcessById(process);
            return !found.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static bool Confirmed()
    {
        Console.Write("Type 'yes' to go on: ");
        return Console.ReadLine()?.Trim() == "yes";
    }
}
