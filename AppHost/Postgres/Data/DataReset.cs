using AppHost.Postgres.Runtimes;

namespace AppHost.Postgres.Data;

/// <summary>The verb <c>reset</c>: deletes this clone's data, in folders or in container volumes, which nothing else ever does.</summary>
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

        return place.MadeBy is PostgresRuntime.Container
            ? OfVolumes(place, builder.Configuration["ASPIRE_CONTAINER_RUNTIME"], args.Contains("--yes"))
            : OfFolders(place, args.Contains("--yes"));
    }

    private static int OfVolumes(DataPlace place, string? configured, bool confirmed)
    {
        if (RuntimeChoice.EngineThatAnswers(configured) is not { } engine)
        {
            Console.Error.WriteLine($"The data of this clone lies in container volumes ({place.VolumePrefix}-...), and no container engine answers. Start the engine, then reset again. Nothing was deleted. Where the engine is gone for good, with its volumes, delete {place.Folder}.");
            return 1;
        }

        var volumes = new ContainerVolumes(engine, place.VolumePrefix);
        try
        {
            var names = volumes.Names();
            if (names.Count > 0 && !IsWanted(names, confirmed))
            {
                return 1;
            }

            if (names.Count > 0)
            {
                volumes.Delete(names);
            }

            return Gone(place, names.Count > 0 ? null : $"{engine} has no volumes of this clone ({place.VolumePrefix}-...).");
        }
        catch (DistributedApplicationException refused)
        {
            Console.Error.WriteLine($"{refused.Message} Stop the AppHost first (Ctrl+C where it runs), and remove containers that still use the data.");
            return 1;
        }
    }

    private static int OfFolders(DataPlace place, bool confirmed)
    {
        var nodes = place.Nodes;
        if (nodes.Count == 0)
        {
            return Gone(place, $"There is no data in {place.Folder}.");
        }

        using var locks = new NodeLocks();
        if (nodes.FirstOrDefault(node => !locks.TryTake(node)) is { } used)
        {
            Console.Error.WriteLine($"{used} is in use: stop the AppHost first (Ctrl+C where it runs).");
            return 1;
        }

        if (!IsWanted(nodes, confirmed))
        {
            return 1;
        }

        foreach (var node in nodes)
        {
            Directory.Delete(node, recursive: true);
        }

        return Gone(place, null);
    }

    private static bool IsWanted(IEnumerable<string> names, bool confirmed)
    {
        Console.WriteLine($"This deletes the database of this clone, with everything in it: {string.Join(", ", names)}");
        if (confirmed || Confirmed())
        {
            return true;
        }

        Console.Error.WriteLine("Nothing was deleted.");
        return false;
    }

    private static int Gone(DataPlace place, string? nothing)
    {
        place.Release();
        Console.WriteLine(nothing ?? "Deleted. The next start makes a new, empty database.");
        return 0;
    }

    private static bool Confirmed()
    {
        Console.Write("Type 'yes' to go on: ");
        return Console.ReadLine()?.Trim() == "yes";
    }
}
