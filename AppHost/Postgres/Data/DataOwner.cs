namespace AppHost.Postgres.Data;

/// <summary>
/// The verbs <c>adopt</c> and <c>new</c>: whose the data is, where a clone was copied, or was moved without its mark. <c>adopt [folder]</c>
/// makes another clone's data this one's; <c>new</c> gives this clone data of its own.
/// </summary>
internal static class DataOwner
{
    /// <summary>Whether the command line asks for one of them.</summary>
    public static bool IsAsked(string[] args) => args is ["adopt" or "new", ..];

    /// <summary>Changes the owner; touches no data.</summary>
    /// <returns>0 when it is done; 1 when it must not be, with the reason on stderr.</returns>
    public static int Run(IDistributedApplicationBuilder builder, string[] args)
    {
        try
        {
            var place = DataPlace.Of(builder, PostgresClusterOptions.From(builder));
            return Refused(args[0] == "new" ? BeginApart(place) : Adopt(place, args is [_, var folder, ..] && !folder.StartsWith('-') ? folder : null));
        }
        catch (DistributedApplicationException exception)
        {
            return Refused(exception.Message);
        }
    }

    /// <returns>Null when it is done, or why not.</returns>
    internal static string? BeginApart(DataPlace place)
    {
        if (place.IsChosen || place.Refusal is null)
        {
            return $"This clone's data lies in {place.Folder} and is nobody else's. 'reset' deletes it; another Postgres:DataDir leaves it where it is.";
        }

        var apart = place.Apart();
        CheckoutMark.Write(apart.ClonePath, apart.Checkout);
        Console.WriteLine($"This clone has data of its own from now on, in {apart.Folder}.");
        return null;
    }

    /// <returns>Null when it is done, or why not.</returns>
    internal static string? Adopt(DataPlace place, string? folder)
    {
        if (folder is null && place.ClaimedBy is null)
        {
            return $"The data in {place.Folder} is this clone's already. Of a clone that is gone, name the folder: adopt FOLDER.";
        }

        var wanted = folder is null ? place : place.At(Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)));
        if (folder is not null && (place.IsChosen || wanted.Folder != Path.GetFullPath(Path.TrimEndingDirectorySeparator(folder)) || wanted.ClaimedBy is null))
        {
            return $"{folder} has no data of another clone that this one can adopt.";
        }

        if (folder is not null && (place.MadeBy is not null || wanted.Refusal is not null))
        {
            return wanted.Refusal ?? $"This clone has data of its own in {place.Folder}: 'reset' deletes it, then adopt again.";
        }

        using var locks = new NodeLocks();
        if (wanted.Nodes.FirstOrDefault(node => !locks.TryTake(node)) is { } used)
        {
            return $"{used} is in use: stop the AppHost first (Ctrl+C where it runs).";
        }

        wanted.Own();
        Console.WriteLine($"The data in {wanted.Folder} is this clone's from now on.");
        return null;
    }

    private static int Refused(string? reason)
    {
        if (reason is not null)
        {
            Console.Error.WriteLine(reason);
        }

        return reason is null ? 0 : 1;
    }
}
