namespace ConversationData.Search;

/// <summary>What scoring needs to know of all messages together; one row.</summary>
public sealed class SearchCorpus
{
    /// <summary>1.</summary>
    public short Id { get; set; }

    /// <summary>How many messages are indexed.</summary>
    public long Messages { get; set; }

    /// <summary>How many words they have on average.</summary>
    public double AverageLength { get; set; }

    /// <summary>When this was counted.</summary>
    public DateTimeOffset RefreshedAt { get; set; }
}
