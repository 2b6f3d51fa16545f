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
            place = DataPlace.Of(builder, PostgresClusterOptions.From(builder));
        }
        catch (DistributedApplicationException exception)
        {
            Console.Error.WriteLine(exception.Message);
            return 1;
        }

        if (place.Refusal is { } refusal)
        {
            Console.Error.WriteLine(refusal);
            return 1;
        }

        if (place.MadeBy is PostgresRuntime.Container)
        {
            Console.WriteLine($"The data of this clone lies in container volumes: 'docker volume ls --filter name={place.VolumePrefix}' shows them, 'docker volume rm' deletes them.");
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

        using var locks = new NodeLocks();
        if (nodes.FirstOrDefault(node => !locks.TryTake(node)) is { } used)
        {
            Console.Error.WriteLine($"{used} is in use: stop the AppHost first (Ctrl+C where it runs).");
            return 1;
        }

        return Delete(place, nodes, args.Contains("--yes"));
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

    private static bool Confirmed()
    {
        Console.Write("Type 'yes' to go on: ");
        return Console.ReadLine()?.Trim() == "yes";
    }
}
