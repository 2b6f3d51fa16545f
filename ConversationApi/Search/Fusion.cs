namespace ConversationApi.Search;

/// <summary>How two rankings become one.</summary>
public enum Fusion
{
    /// <summary>Each score is moved to 0 to 1 between the worst and the best of its ranking.</summary>
    MinMax,

    /// <summary>One over the rank and 60.</summary>
    ReciprocalRank,
}
