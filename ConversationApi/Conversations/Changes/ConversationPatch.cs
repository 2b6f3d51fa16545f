using System.Text.Json;
using ConversationApi.Delivery.Mime;

namespace ConversationApi.Conversations.Changes;

/// <summary>Fields to change, as a JSON merge patch (RFC 7396): what is absent stays, what is null is removed.</summary>
/// <param name="Subject">1 to 998 characters.</param>
/// <param name="LeadId">The lead's number in the system that leads come from.</param>
/// <param name="LeadName">At most 200 characters.</param>
/// <param name="LeadEmail">One plain address; only while nothing was written to the lead.</param>
public sealed record ConversationPatch(string? Subject, long? LeadId, string? LeadName, string? LeadEmail)
{
    /// <summary>The conversation as it should be.</summary>
    /// <param name="patch">What the client sent.</param>
    /// <param name="now">The conversation as it is.</param>
    /// <param name="errors">What is wrong, by field; empty when nothing is.</param>
    internal static ConversationPatch Apply(JsonElement patch, ConversationView now, out Dictionary<string, string[]> errors)
    {
        errors = [];
        var wanted = new ConversationPatch(now.Subject, now.LeadId, now.LeadName, now.LeadEmail);
        if (patch.ValueKind != JsonValueKind.Object)
        {
            errors["body"] = ["An object with the fields to change: subject, leadId, leadName, leadEmail."];
            return wanted;
        }

        foreach (var field in patch.EnumerateObject())
        {
            if (NameOf(field) is not { } name)
            {
                errors["body"] = ["Names of fields are text; one of them has half a surrogate pair."];
                continue;
            }

            switch (name)
            {
                case "subject":
                    wanted = wanted with { Subject = Text(errors, field) };
                    ChangeText.Check(errors, "subject", wanted.Subject, ChangeText.MaxSubject, needed: true);
                    break;
                case "leadName":
                    wanted = wanted with { LeadName = Text(errors, field) };
                    ChangeText.Check(errors, "leadName", wanted.LeadName, ChangeText.MaxName);
                    break;
                case "leadId":
                    wanted = wanted with { LeadId = field.Value.ValueKind == JsonValueKind.Number && field.Value.TryGetInt64(out var id) ? id : null };
                    if (wanted.LeadId is null && field.Value.ValueKind != JsonValueKind.Null)
                        errors["leadId"] = ["A whole number, or null."];
                    break;
                case "leadEmail":
                    wanted = wanted with { LeadEmail = Mailbox.Read(Text(errors, field), null)?.Address.ToLowerInvariant() };
                    if (wanted.LeadEmail is null)
                        errors["leadEmail"] = [ChangeText.AddressWanted];
                    break;
                default:
                    errors[name] = ["This field cannot be changed: subject, leadId, leadName and leadEmail can."];
                    break;
            }
        }

        return wanted;
    }

    private static string? NameOf(JsonProperty field)
    {
        try
        {
            return field.Name;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static string? Text(Dictionary<string, string[]> errors, JsonProperty field)
    {
        try
        {
            if (field.Value.ValueKind is JsonValueKind.String or JsonValueKind.Null)
                return field.Value.GetString();
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair.
        }

        errors[field.Name] = ["A text."];
        return null;
    }
}
