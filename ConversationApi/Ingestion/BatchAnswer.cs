using System.Text.Json.Serialization;

namespace ConversationApi.Ingestion;

/// <summary>The answer to a batch.</summary>
/// <param name="Items">One for each message, in the order of the batch.</param>
/// <param name="Stored">How many are in the database now.</param>
/// <param name="Duplicates">How many were there already.</param>
/// <param name="Refused">How many are not stored.</param>
public sealed record BatchAnswer(IReadOnlyList<BatchAnswerItem> Items, int Stored, int Duplicates, int Refused);

/// <summary>What became of one message.</summary>
/// <param name="Index">Its place in the batch, from 0.</param>
/// <param name="Status">stored, duplicate or refused.</param>
/// <param name="MessageId">Its Message-ID, or the one made for it.</param>
/// <param name="Id">The id of the stored message.</param>
/// <param name="ConversationId">The conversation that it is in.</param>
/// <param name="Marks">bounce, auto_reply, list, synthetic_id, reused_id, arrival_date.</param>
/// <param name="Type">Why it was refused: the type of a problem.</param>
/// <param name="Detail">Why it was refused, in words.</param>
public sealed record BatchAnswerItem(
    int Index, string Status, string? MessageId, Guid? Id, Guid? ConversationId, IReadOnlyList<string>? Marks, string? Type, string? Detail);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(BatchAnswerItem))]
internal sealed partial class BatchAnswerJson : JsonSerializerContext;
