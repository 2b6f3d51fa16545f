using ConversationData.Conversations;
using ConversationData.Messages;

namespace ConversationApi.Search.Answers;

/// <summary>A page of what a search found.</summary>
/// <param name="Items">The best first; those that are equal in the order of their ids.</param>
/// <param name="NextCursor">What to send as <c>cursor</c> for the next page; null on the last one.</param>
/// <param name="Mode">What the search went by: hybrid, semantic or text.</param>
/// <param name="Reason">Why that is not what was asked for, or why nothing could be found; null otherwise.</param>
/// <param name="Depth">How many results a search has at most, over all its pages.</param>
public sealed record SearchAnswer(IReadOnlyList<SearchHit> Items, string? NextCursor, SearchMode Mode, string? Reason, int Depth);

/// <summary>A message that was found.</summary>
/// <param name="MessageId">The message.</param>
/// <param name="ConversationId">Its conversation.</param>
/// <param name="Subject">Its subject.</param>
/// <param name="Direction">inbound or outbound.</param>
/// <param name="SentAt">When it was sent.</param>
/// <param name="SenderEmail">Who wrote it.</param>
/// <param name="Status">The status of its conversation.</param>
/// <param name="LeadEmail">The lead of its conversation.</param>
/// <param name="Score">How well it fits, to be compared within this answer only.</param>
/// <param name="TextScore">BM25 of its words; null when they are not among the best.</param>
/// <param name="SemanticScore">Cosine between its meaning and the question's; null when that is not among the best.</param>
/// <param name="Highlights">Where the words are.</param>
public sealed record SearchHit(
    Guid MessageId, Guid ConversationId, string Subject, MessageDirection Direction, DateTime SentAt, string? SenderEmail, ConversationStatus Status, string? LeadEmail,
    double Score, double? TextScore, double? SemanticScore, IReadOnlyList<SearchHighlight> Highlights);

/// <summary>A piece of a message.</summary>
/// <param name="Field">subject or content.</param>
/// <param name="Html">Escaped text, with the words in <c>mark</c> elements and nothing else.</param>
public sealed record SearchHighlight(string Field, string Html);
