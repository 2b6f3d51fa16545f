namespace ConversationApi.Gmail;

/// <summary>Another process reads the mailbox now.</summary>
internal sealed class GmailMailboxLostException() : Exception("Another replica reads the mailbox now.");
