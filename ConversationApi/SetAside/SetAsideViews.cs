namespace ConversationApi.SetAside;

/// <summary>Mail that was set aside.</summary>
/// <param name="Id">UUIDv7.</param>
/// <param name="Source">postmark or gmail.</param>
/// <param name="ExternalId">The source's own id of it, where that is known.</param>
/// <param name="ReceivedAt">When it came first.</param>
/// <param name="ProblemType">Why: the type of a problem.</param>
/// <param name="Reason">Why, in words.</param>
/// <param name="BodyLength">How many bytes came.</param>
/// <param name="KeptLength">How many of them are kept; fewer only for what was too large.</param>
/// <param name="Attempts">How often it came or was tried.</param>
/// <param name="LastAttemptAt">When it came or was tried last.</param>
public record SetAsideView(
    Guid Id, string Source, string? ExternalId, DateTime ReceivedAt, string ProblemType, string Reason, long BodyLength, int KeptLength, int Attempts, DateTime LastAttemptAt);

/// <summary>Mail that was set aside, with what came.</summary>
/// <param name="Mail">What is known of it.</param>
/// <param name="Text">The first 64 KiB of what came, as text; all of it is at <c>/body</c>.</param>
public sealed record SetAsideDetails(SetAsideView Mail, string Text);
