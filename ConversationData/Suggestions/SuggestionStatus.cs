namespace ConversationData.Suggestions;

/// <summary>What a person decided about a suggestion; the PostgreSQL type is <c>suggestion_status</c>.</summary>
public enum SuggestionStatus
{
    /// <summary>Nobody decided yet.</summary>
    Pending,

    /// <summary>Sent as it was.</summary>
    Approved,

    /// <summary>Not sent.</summary>
    Rejected,

    /// <summary>Sent with changes.</summary>
    Edited,
}
