using System.Text.Json;
using ConversationApi.Ingestion.Parsing;
using ServiceDefaults.Problems;

namespace ConversationApi.Ingestion;

/// <summary>Reads mail from its JSON. Whatever is wrong with it becomes a refusal, never an exception.</summary>
internal static class MailDocument
{
    /// <summary>The mail, or why it is none.</summary>
    public static (IncomingMail? Mail, MailOutcome? Refusal) Read(ReadOnlySpan<byte> json, MailReader reader)
    {
        try
        {
            return JsonSerializer.Deserialize(json, InboundMailJson.Default.InboundMail) is { } mail
                ? Read(mail, reader)
                : (null, MailOutcome.Refused(MailProblems.NotMail, "null is no mail."));
        }
        catch (JsonException e) when (IsJson(json))
        {
            return (null, MailOutcome.Refused(MailProblems.NotMail, e.Path is { Length: > 2 } path
                ? $"The field {path[2..]} has a value of the wrong kind: mail is expected in the form of Postmark's inbound webhook."
                : "It is no object: mail is expected in the form of Postmark's inbound webhook."));
        }
        catch (JsonException e)
        {
            return (null, MailOutcome.Refused(ProblemTypes.MalformedJson, $"It is no JSON, from byte {e.BytePositionInLine ?? 0} of line {e.LineNumber ?? 0} on."));
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return (null, Unreadable(e));
        }
    }

    /// <summary>The same for mail that is no text any more.</summary>
    public static (IncomingMail? Mail, MailOutcome? Refusal) Read(InboundMail mail, MailReader reader)
    {
        try
        {
            return (reader.Read(mail), null);
        }
        catch (FormatException e)
        {
            return (null, MailOutcome.Refused(MailProblems.NotMail, e.Message));
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return (null, Unreadable(e));
        }
    }

    /// <summary>A refusal of mail that nobody foresaw.</summary>
    public static MailOutcome Unreadable(Exception e) =>
        MailOutcome.Refused(MailProblems.Unreadable, $"It cannot be read, by a fault of ours: {e.GetType().Name}: {e.Message}");

    private static bool IsJson(ReadOnlySpan<byte> bytes)
    {
        var json = new Utf8JsonReader(bytes);
        try
        {
            while (json.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
