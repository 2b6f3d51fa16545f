namespace ConversationApi.Delivery.Sending;

/// <summary>An attempt that is committed to have begun.</summary>
/// <param name="Mail">What is sent.</param>
/// <param name="Old">It is the first, and the mail waited long for it.</param>
/// <param name="Timeline">The server's timeline that it was begun on.</param>
internal sealed record BegunAttempt(MailToSend Mail, bool Old, string Timeline);
