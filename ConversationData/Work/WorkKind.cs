namespace ConversationData.Work;

/// <summary>What is to be done with a message in the background; the PostgreSQL type is <c>work_kind</c>.</summary>
public enum WorkKind
{
    /// <summary>Make it findable: words and meaning.</summary>
    Index,

    /// <summary>Draft an answer.</summary>
    Suggest,

    /// <summary>Hand it to the provider that sends mail.</summary>
    Deliver,
}
