using System.Text.Json.Serialization;
using ConversationApi.Ingestion;
using ServiceDefaults.Problems;

namespace ConversationApi.SetAside;

/// <summary>What became of a mail that came by itself.</summary>
/// <param name="Status">stored, duplicate or set_aside.</param>
/// <param name="MessageId">Its Message-ID, or the one made for it.</param>
/// <param name="Id">The id of the stored message.</param>
/// <param name="ConversationId">The conversation that it is in.</param>
/// <param name="Marks">bounce, auto_reply, list, synthetic_id, reused_id, arrival_date.</param>
/// <param name="SetAsideId">Where it was set aside.</param>
/// <param name="Type">Why it was set aside: the type of a problem.</param>
/// <param name="Detail">Why it was set aside, in words.</param>
public sealed record InboundAnswer(string Status, string? MessageId, Guid? Id, Guid? ConversationId, IReadOnlyList<string>? Marks, Guid? SetAsideId, string? Type, string? Detail)
{
    /// <summary>Set while it is neither stored nor set aside: the same again later.</summary>
    [JsonIgnore]
    internal ProblemType? Passing { get; private init; }

    internal static InboundAnswer Of(MailOutcome outcome, Guid? setAside = null) => new(
        outcome.Kind switch { MailOutcomeKind.Stored => "stored", MailOutcomeKind.Duplicate => "duplicate", _ => "set_aside" },
        outcome.MessageId, outcome.Id, outcome.ConversationId, outcome.Marks, setAside, outcome.Problem?.Uri, outcome.Detail)
    {
        Passing = outcome.Kind == MailOutcomeKind.Refused && setAside is null ? outcome.Problem : null,
    };
}
