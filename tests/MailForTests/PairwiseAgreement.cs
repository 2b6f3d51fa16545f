namespace MailForTests;

/// <summary>How well one way of putting mail together agrees with another: F1 over all pairs of messages.</summary>
public static class PairwiseAgreement
{
    /// <param name="pairs">For each message, where the one and where the other puts it.</param>
    public static double F1(IEnumerable<(string One, string Other)> pairs)
    {
        var all = pairs.ToList();
        var together = Pairs(all.GroupBy(p => p));
        var precision = together / Math.Max(1, Pairs(all.GroupBy(p => p.One)));
        var recall = together / Math.Max(1, Pairs(all.GroupBy(p => p.Other)));
        return precision + recall == 0 ? 1 : 2 * precision * recall / (precision + recall);
    }

    private static double Pairs<TKey, T>(IEnumerable<IGrouping<TKey, T>> groups) => groups.Select(g => g.Count()).Sum(n => n * (n - 1.0) / 2);
}
