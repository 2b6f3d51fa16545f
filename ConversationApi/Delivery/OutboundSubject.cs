using System.Text.RegularExpressions;
using ConversationApi.Delivery.Mime;
using ConversationApi.Ingestion.Parsing;

namespace ConversationApi.Delivery;

/// <summary>The subject of an answer.</summary>
internal static partial class OutboundSubject
{
    public static string First(string subject) => HeaderText.OneLine(subject, MailText.MaxSubject);

    /// <summary>With one Re: in front, in whatever language a mailer has put it there already.</summary>
    public static string Reply(string subject) =>
        First(Answered().IsMatch(subject) ? subject : $"Re: {subject}");

    [GeneratedRegex(@"^\s*(re|aw|antw|sv|vs|odp|ynt|rif|res|r)\s*(\[\d+\]|\(\d+\)|\^\d+)?\s*[:\uff1a]", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Answered();
}
