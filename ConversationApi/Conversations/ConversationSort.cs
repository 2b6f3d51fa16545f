namespace ConversationApi.Conversations;

/// <summary>Orders of the list; always the greatest first.</summary>
internal enum ConversationSort
{
    LastMessageAt,
    CreatedAt,
    MessageCount,
}
