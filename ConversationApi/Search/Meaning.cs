using Pgvector;

namespace ConversationApi.Search;

/// <summary>A question's meaning to a model.</summary>
/// <param name="ModelId">The model.</param>
/// <param name="Vector">Not zero.</param>
/// <param name="Exact">Look at every vector instead of the index, because few messages may be found at all.</param>
internal sealed record Meaning(int ModelId, HalfVector Vector, bool Exact);
