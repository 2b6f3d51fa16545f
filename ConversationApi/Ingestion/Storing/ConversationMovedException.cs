namespace ConversationApi.Ingestion.Storing;

/// <summary>A conversation was merged away by another transaction between reading and locking: read again.</summary>
internal sealed class ConversationMovedException() : Exception("A conversation was merged away meanwhile.");
