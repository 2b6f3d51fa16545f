namespace ConversationApi.Ingestion.Threading;

/// <summary>What threading looks at in a mail.</summary>
/// <param name="Keys">Ids that the mail has or names; the conversation of each is its conversation.</param>
/// <param name="Parents">Those of the keys that In-Reply-To names.</param>
/// <param name="Conversations">Conversations that our own tokens name.</param>
/// <param name="Sender">Address of the sender.</param>
internal sealed record ThreadedMail(IReadOnlyList<string> Keys, IReadOnlyList<string> Parents, IReadOnlyList<Guid> Conversations, string? Sender);

/// <summary>What threading has to know of a conversation that is there already.</summary>
/// <param name="Id">Its id.</param>
/// <param name="LeadEmail">Its lead; null while only we have written.</param>
/// <param name="Written">It has mail of ours.</param>
internal sealed record KnownConversation(Guid Id, string? LeadEmail, bool Written);

/// <summary>One conversation that goes up in another.</summary>
/// <param name="From">Goes.</param>
/// <param name="To">Stays.</param>
/// <param name="LeadFrom">The conversation whose lead the result has.</param>
internal sealed record ConversationMerge(Guid From, Guid To, Guid LeadFrom);

/// <summary>What to do so that every mail is where its ties say.</summary>
/// <param name="Conversations">The conversation of each mail.</param>
/// <param name="Created">New conversations.</param>
/// <param name="Merges">Conversations to merge.</param>
/// <param name="Links">Pairs to show to a person, the smaller id first.</param>
/// <param name="NewKeys">Keys that had no conversation yet, and theirs now.</param>
internal sealed record ThreadPlan(
    IReadOnlyList<Guid> Conversations, IReadOnlySet<Guid> Created, IReadOnlyList<ConversationMerge> Merges,
    IReadOnlySet<(Guid, Guid)> Links, IReadOnlyDictionary<string, Guid> NewKeys);
