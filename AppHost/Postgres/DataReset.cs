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
        var place = DataPlace.Of(builder, PostgresClusterOptions.From(builder.Configuration));
        var nodes = Directory.Exists(place.Folder) ? Directory.GetDirectories(place.Folder, "*").Where(IsNode).ToArray() : [];
        if (nodes.Length == 0)
        {
            Console.WriteLine($"There is no data in {place.Folder}.");
            return 0;
        }

        if (nodes.FirstOrDefault(InUse) is { } busy)
        {
            Console.Error.WriteLine($"{busy} is in use: stop the AppHost first (Ctrl+C where it runs).");
            return 1;
        }

        Console.WriteLine($"This deletes the database of this clone, with everything in it: {string.Join(", ", nodes)}");
        if (!args.Contains("--yes") && !Confirmed())
        {
            Console.Error.WriteLine("Nothing was deleted.");
            return 1;
        }

        foreach (var node in nodes)
        {
            Directory.Delete(node, recursive: true);
        }

        Console.WriteLine("Deleted. The next start makes a new, empty database.");
        return 0;
    }

    // Only what a node made is deleted, whatever folder the configuration names.
    private static bool IsNode(string folder) => File.Exists(Path.Combine(folder, "identity.json"));

    private static bool InUse(string folder)
    {
        var file = Path.Combine(folder, "data", "postmaster.pid");
        return File.Exists(file)
            && int.TryParse(File.ReadLines(file).FirstOrDefault(), out var process)
            && Directory.Exists($"/proc/{process}");
    }

    private static bool Confirmed()
    {
        Console.Write("Type 'yes' to go on: ");
        return Console.ReadLine()?.Trim() == "yes";
    }
}
