using ConversationApi.Ingestion.Parsing;

namespace ConversationApi.Ingestion.Storing;

/// <summary>
/// Which advisory locks a transaction needs: one for each bucket of its thread keys, in one order, so that two replicas that take mail
/// of one thread wait for each other and never for ever. Too many buckets would fill the server's lock table: one lock for all instead.
/// </summary>
internal static class ThreadLocks
{
    private const int Buckets = 4096;
    private const int Most = 64;
    private const long Space = 7308332045190692864;

    /// <summary>Sorted, or null when the transaction should run alone.</summary>
    public static long[]? Of(IReadOnlyList<IncomingMail> mails)
    {
        var buckets = new SortedSet<long>();
        foreach (var mail in mails)
        {
            foreach (var key in mail.Threading.Keys)
                buckets.Add(Space + (long)(Fnv1a(key) % Buckets));
            if (buckets.Count > Most)
                return null;
        }

        return [.. buckets];
    }

    // Must be the same in every process, as string.GetHashCode is not.
    private static ulong Fnv1a(string text)
    {
        var hash = 14695981039346656037UL;
        foreach (var letter in text)
            hash = (hash ^ letter) * 1099511628211UL;
        return hash ^ (hash >> 32);
    }
}
