using ServiceDefaults.Problems;

namespace ConversationApi.Ingestion;

/// <summary>What can be wrong with mail that is posted.</summary>
public static class MailProblems
{
    /// <summary>JSON, but no mail in the form of Postmark's webhook.</summary>
    public static readonly ProblemType NotMail = new("not-mail", StatusCodes.Status422UnprocessableEntity, "This is no mail");

    /// <summary>The batch has more messages than allowed.</summary>
    public static readonly ProblemType BatchTooLong = new("batch-too-long", StatusCodes.Status413PayloadTooLarge, "Too large");

    /// <summary>The database does not take this row.</summary>
    public static readonly ProblemType Unstorable = new("unstorable", StatusCodes.Status422UnprocessableEntity, "This cannot be stored");

    /// <summary>Mail that something of ours stumbles over.</summary>
    public static readonly ProblemType Unreadable = new("unreadable", StatusCodes.Status422UnprocessableEntity, "This cannot be read");

    /// <summary>Only the beginning of the mail was kept.</summary>
    public static readonly ProblemType NotWhole = new("not-whole", StatusCodes.Status409Conflict, "Only the beginning was kept");

    /// <summary>Whoever brings the mail does not answer now.</summary>
    public static readonly ProblemType ProviderUnavailable = new("provider-unavailable", StatusCodes.Status503ServiceUnavailable, "The provider does not answer");
}
