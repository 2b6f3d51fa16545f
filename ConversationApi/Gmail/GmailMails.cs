using System.Text.Json;
using ConversationApi.Ingestion;
using ConversationApi.Ingestion.Parsing;
using ServiceDefaults.Problems;

namespace ConversationApi.Gmail;

/// <summary>Reads mail from Gmail's JSON. Whatever is wrong with it becomes a refusal.</summary>
internal sealed class GmailMails(MailReader reader)
{
    private static readonly string[] _never = ["DRAFT", "CHAT", "SPAM", "TRASH"];

    /// <summary>The mail, or why it is none.</summary>
    public (IncomingMail? Mail, MailOutcome? Refusal) Read(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, GmailJson.Default.GmailMessage) is { } message ? Read(message) : (null, MailOutcome.Refused(MailProblems.NotMail, "null is no mail."));
        }
        catch (JsonException)
        {
            return (null, MailOutcome.Refused(ProblemTypes.MalformedJson, "It is no message of Gmail's in JSON."));
        }
    }

    /// <summary>The same for what was taken apart already.</summary>
    public (IncomingMail? Mail, MailOutcome? Refusal) Read(GmailMessage message)
    {
        try
        {
            var (mail, refusal) = MailDocument.Read(GmailConverter.Convert(message), reader);
            if (mail is null)
                return (null, refusal);
            // Whatever its From says: anybody can write that.
            var sent = message.LabelIds?.Contains("SENT") == true;
            return (mail with { Outbound = sent, SentByUs = sent }, null);
        }
        catch (FormatException e)
        {
            return (null, MailOutcome.Refused(MailProblems.NotMail, e.Message));
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return (null, MailDocument.Unreadable(e));
        }
    }

    /// <summary>Whether a message with these labels is taken in.</summary>
    /// <param name="labels">The message's.</param>
    /// <param name="wanted">It must have all of them.</param>
    public static bool IsWanted(IReadOnlyList<string>? labels, IEnumerable<string> wanted) =>
        !_never.Any(label => labels?.Contains(label) == true) && wanted.All(label => labels?.Contains(label) == true);
}
