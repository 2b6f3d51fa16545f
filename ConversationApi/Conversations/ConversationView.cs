using System.Text.Json.Serialization;
using ConversationData.Conversations;

namespace ConversationApi.Conversations;

/// <summary>A conversation as the API shows it.</summary>
/// <param name="Id">UUIDv7.</param>
/// <param name="LeadId">The lead's number in the system that leads come from.</param>
/// <param name="LeadEmail">Where replies go.</param>
/// <param name="LeadName">The lead's name.</param>
/// <param name="Subject">Subject of its first message.</param>
/// <param name="Status">active, needs_reply, waiting or archived.</param>
/// <param name="MessageCount">How many messages it has.</param>
/// <param name="LastMessageAt">Time of its last message.</param>
/// <param name="LastInboundAt">Time of the last message from outside.</param>
/// <param name="LastOutboundAt">Time of our last message.</param>
/// <param name="ArchivedAt">Since when it is archived.</param>
/// <param name="CreatedAt">When it was made here.</param>
/// <param name="UpdatedAt">When it last changed.</param>
/// <param name="Version">Grows with every change.</param>
public record ConversationView(
    Guid Id, long? LeadId, string? LeadEmail, string? LeadName, string Subject, ConversationStatus Status, int MessageCount,
    DateTime LastMessageAt, DateTime? LastInboundAt, DateTime? LastOutboundAt, DateTime? ArchivedAt, DateTime CreatedAt, DateTime UpdatedAt, long Version);

/// <summary>A conversation with what belongs to it.</summary>
public sealed record ConversationDetails : ConversationView
{
    internal ConversationDetails(ConversationView view, IReadOnlyList<Guid> linked)
        : base(view) => LinkedConversationIds = linked;

    /// <summary>Conversations that mail ties to this one, but that were not merged, since we had written to different leads in them: somebody has to look, and merge them or dismiss the link.</summary>
    public IReadOnlyList<Guid> LinkedConversationIds { get; }
}

internal sealed class StatusConverter() : JsonStringEnumConverter<ConversationStatus>(System.Text.Json.JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false);
