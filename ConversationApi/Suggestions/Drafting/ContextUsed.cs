using System.Text.Json.Serialization;

namespace ConversationApi.Suggestions.Drafting;

/// <summary>What <c>contextUsed</c> says of a draft.</summary>
internal sealed record ContextUsed(
    string Provider, string Model, IReadOnlyList<Guid> MessageIds, IReadOnlyList<SimilarUsed> Similar, string? Tone, string? Length, string? Prompt, Guid? DrawnFrom, IReadOnlyList<string>? Ignored);

/// <summary>A similar message that a draft was made from.</summary>
internal sealed record SimilarUsed(Guid MessageId, Guid AnswerMessageId, double Score);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ContextUsed))]
internal sealed partial class ContextUsedJson : JsonSerializerContext;
