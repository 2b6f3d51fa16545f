using System.Text.Json;
using System.Text.Json.Serialization;
using ConversationApi.Conversations;
using ConversationData.Conversations;

namespace ConversationApi.Delivery;

/// <summary>What queueing a mail changed, kept beside its work so that taking it back can put it right again.</summary>
/// <param name="Conversation">The conversation: another one's versions, after a merge, say nothing.</param>
/// <param name="Status">Where the conversation stood.</param>
/// <param name="ArchivedAt">Since when it was archived.</param>
/// <param name="Version">The conversation's version with the mail: while it is this one, nothing else happened.</param>
/// <param name="Suggestions">What is to be pending again: the suggestion that was sent, or those that were retired.</param>
internal sealed record BeforeMail(Guid Conversation, ConversationStatus Status, DateTime? ArchivedAt, long Version, Guid[] Suggestions)
{
    public string ToJson() => JsonSerializer.Serialize(this, BeforeMailJson.Default.BeforeMail);

    public static BeforeMail? FromJson(string? json) => json is null ? null : JsonSerializer.Deserialize(json, BeforeMailJson.Default.BeforeMail);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, Converters = [typeof(StatusConverter)])]
[JsonSerializable(typeof(BeforeMail))]
internal sealed partial class BeforeMailJson : JsonSerializerContext;
