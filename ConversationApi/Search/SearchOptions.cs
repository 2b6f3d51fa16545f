using System.ComponentModel.DataAnnotations;
using ConversationApi.Search.Models;

namespace ConversationApi.Search;

/// <summary>Configuration section <c>Search</c>.</summary>
public sealed class SearchOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Search";

    /// <summary>PostgreSQL's text-search configuration that makes stems of words: <c>english</c> (the default), <c>simple</c>, or another that the server has. Mail that is indexed already keeps its stems.</summary>
    [Required, RegularExpression("[a-z_][a-z0-9_]{0,62}", ErrorMessage = "Search:TextConfiguration must be the name of a text-search configuration, such as english or simple.")]
    public string TextConfiguration { get; set; } = "english";

    /// <summary>How much of a message is indexed, in characters; 1,000 to 200,000, by default 20,000.</summary>
    [Range(1_000, 200_000)]
    public int MaxTextLength { get; set; } = 20_000;

    /// <summary>How many messages are indexed at a time; 1 to 1,000, by default 128.</summary>
    [Range(1, 1_000)]
    public int IndexBatch { get; set; } = 128;

    /// <summary>How often new mail of other processes is looked for; 100 ms to 5 min, by default 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:05:00")]
    public TimeSpan IndexInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How many messages with the rarest words of a question are scored; 50 to 20,000, by default 2,000.</summary>
    [Range(50, 20_000)]
    public int Candidates { get; set; } = 2_000;

    /// <summary>How many words of a question count, the rarest ones; 1 to 64, by default 32.</summary>
    [Range(1, 64)]
    public int QuestionTerms { get; set; } = 32;

    /// <summary>BM25's k1: how soon more of the same word says nothing new; 0 to 5, by default 1.2.</summary>
    [Range(0.0, 5.0)]
    public double K1 { get; set; } = 1.2;

    /// <summary>BM25's b: how much long messages are held back; 0 to 1, by default 0.75.</summary>
    [Range(0.0, 1.0)]
    public double B { get; set; } = 0.75;

    /// <summary>How many results a search has in all, over all its pages; 10 to 1,000, by default 200.</summary>
    [Range(10, 1_000)]
    public int Depth { get; set; } = 200;

    /// <summary>How words and meaning become one ranking: <c>MinMax</c> (the default) or <c>ReciprocalRank</c>.</summary>
    public Fusion Fusion { get; set; } = Fusion.MinMax;

    /// <summary>What words count for in it, against <see cref="SemanticWeight"/>; 0.01 to 100, by default 0.7.</summary>
    [Range(0.01, 100.0)]
    public double TextWeight { get; set; } = 0.7;

    /// <summary>What meaning counts for in it; 0.01 to 100, by default 1.</summary>
    [Range(0.01, 100.0)]
    public double SemanticWeight { get; set; } = 1;

    /// <summary>Who makes vectors: <c>Auto</c> (the provider where there is a key, by default), <c>Local</c> or <c>None</c>.</summary>
    public EmbeddingSource Embeddings { get; set; } = EmbeddingSource.Auto;

    /// <summary>How long a search waits for the provider to make a vector of its question before it goes by words; 50 ms to 1 min, by default 2 s. One that took longer is not asked by searches for five times as long.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:01:00")]
    public TimeSpan QuestionTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Length of the vectors that are made here; 10 to 1,000, by default 200.</summary>
    [Range(10, 1_000)]
    public int Dimensions { get; set; } = 200;

    /// <summary>With fewer messages no model is fitted here, and search is by words alone; 10 to 1,000,000, by default 200.</summary>
    [Range(10, 1_000_000)]
    public int MinimumMessages { get; set; } = 200;

    /// <summary>How many messages a model is fitted on at most; the others find their place in it. 100 to 100,000, by default 20,000.</summary>
    [Range(100, 100_000)]
    public int FittedMessages { get; set; } = 20_000;

    /// <summary>How many words a model knows at most; 1,000 to 200,000, by default 50,000: 40 MB in every process.</summary>
    [Range(1_000, 200_000)]
    public int ModelTerms { get; set; } = 50_000;

    /// <summary>A model is fitted again once there are so many times the messages; 1.1 to 100, by default 2.</summary>
    [Range(1.1, 100.0)]
    public double RefitGrowth { get; set; } = 2;

    /// <summary>How often one of the processes looks whether statistics or a model are out of date; 100 ms to 1 h, by default 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "01:00:00")]
    public TimeSpan KeepInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the vectors of a model are kept after another has its place: longer than any search takes and than <c>Database:StaleReads:MaxLag</c>; 0 to 1 day, by default 2 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan KeepRetired { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>How long a model that has all its vectors waits for its index while the one in use has one (the operation build-vector-index makes it); 0 to 7 days, by default 2 h. After that it is used without.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "7.00:00:00")]
    public TimeSpan AwaitIndex { get; set; } = TimeSpan.FromHours(2);

    /// <summary>Of how many messages words are counted at most; what they come to in all is estimated from that. 1,000 to 10,000,000, by default 100,000.</summary>
    [Range(1_000, 10_000_000)]
    public int CountedMessages { get; set; } = 100_000;

    /// <summary>Where filters leave no more messages than this, all of them are looked at instead of the best by index; 0 to 1,000,000, by default 10,000.</summary>
    [Range(0, 1_000_000)]
    public int ExactMessages { get; set; } = 10_000;

    /// <summary>How far the index of vectors looks around (hnsw.ef_search), at least <see cref="Depth"/>; 10 to 1,000, by default 200.</summary>
    [Range(10, 1_000)]
    public int VectorBreadth { get; set; } = 200;
}
