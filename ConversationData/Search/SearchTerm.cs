namespace ConversationData.Search;

/// <summary>How common a word is.</summary>
public sealed class SearchTerm
{
    /// <summary>The word's stem.</summary>
    public string Term { get; set; } = "";

    /// <summary>In how many messages it occurs, about.</summary>
    public int Documents { get; set; }
}
