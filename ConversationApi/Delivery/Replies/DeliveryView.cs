namespace ConversationApi.Delivery.Replies;

/// <summary>A mail that could not be delivered.</summary>
/// <param name="MessageId">The mail.</param>
/// <param name="ConversationId">Its conversation.</param>
/// <param name="RecipientEmail">Whom it was for.</param>
/// <param name="Subject">Its subject.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="Reason">Why the last attempt failed.</param>
/// <param name="InDoubt">The provider may have sent it after all, but could not be asked.</param>
/// <param name="FailedAt">When it was given up.</param>
public sealed record DeliveryView(Guid MessageId, Guid ConversationId, string? RecipientEmail, string Subject, int Attempts, string? Reason, bool InDoubt, DateTime FailedAt);
