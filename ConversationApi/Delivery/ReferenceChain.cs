using ConversationApi.Ingestion.Threading;

namespace ConversationApi.Delivery;

/// <summary>What In-Reply-To and References of an answer say.</summary>
/// <param name="InReplyTo">The Message-ID that is answered; null when nothing has one that the lead could know.</param>
/// <param name="References">The whole chain up to it, without angle brackets.</param>
internal sealed record ReferenceChain(string? InReplyTo, IReadOnlyList<string> References)
{
    public static readonly ReferenceChain None = new(null, []);

    /// <param name="parent">Message-ID of what is answered.</param>
    /// <param name="references">Its References header.</param>
    /// <param name="inReplyTo">Its In-Reply-To header.</param>
    /// <param name="thread">Message-IDs of the conversation, oldest first.</param>
    public static ReferenceChain Of(string parent, string? references, string? inReplyTo, IReadOnlyList<string> thread)
    {
        var chain = MessageIds.Named(references).ToList();
        // RFC 5322: without References a single In-Reply-To stands for it.
        if (chain.Count == 0 && MessageIds.Named(inReplyTo) is [var single])
            chain.Add(single);

        // Some mailers break the chain: then what we know of the thread mends it.
        var before = thread.TakeWhile(id => id != parent).ToList();
        if (before.Count > 0 && !chain.Contains(before[0]))
            chain.InsertRange(0, before.Except(chain, StringComparer.Ordinal).ToList());
        chain.Remove(parent);
        chain.Add(parent);
        var known = chain.Where(IsWritable).Distinct(StringComparer.Ordinal).ToList();
        if (known.Count > MessageIds.MaxReferences)
            known.RemoveRange(MessageIds.MaxReferences / 2, known.Count - MessageIds.MaxReferences);
        return new(IsWritable(parent) ? parent : null, known);
    }

    // What we had to shorten, or what would break a header, means nothing to anybody else.
    private static bool IsWritable(string id) => !id.StartsWith("sha256:", StringComparison.Ordinal) && id.All(letter => letter is > ' ' and < '\x7f' and not ('<' or '>'));
}
