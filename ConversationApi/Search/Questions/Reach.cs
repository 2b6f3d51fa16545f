namespace ConversationApi.Search.Questions;

/// <summary>How far a search must look for what its filters let through.</summary>
/// <param name="Exact">They leave few messages: each of them is looked at.</param>
/// <param name="Candidates">How many messages may have the rarest words, before the filters.</param>
internal readonly record struct Reach(bool Exact, int Candidates);
