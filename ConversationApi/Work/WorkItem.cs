namespace ConversationApi.Work;

/// <summary>Work that this process has taken and nobody else has.</summary>
/// <param name="MessageId">The message.</param>
/// <param name="ConversationId">Its conversation when the work was made; it may have merged since.</param>
/// <param name="Attempts">Which attempt this is, 1 and up.</param>
/// <param name="InDoubt">An earlier attempt may have had its effect.</param>
/// <param name="Options">JSON object, or null.</param>
/// <param name="Claim">Proves that the work is still ours.</param>
internal sealed record WorkItem(Guid MessageId, Guid ConversationId, int Attempts, bool InDoubt, string? Options, Guid Claim);
