using ServiceDefaults.Problems;

namespace ConversationApi.Delivery;

/// <summary>Why mail cannot be written.</summary>
public static class DeliveryProblems
{
    /// <summary>The conversation's lead has no address that mail can be sent to.</summary>
    public static readonly ProblemType NoRecipient = new("no-recipient", StatusCodes.Status422UnprocessableEntity, "There is nobody to write to");
}
