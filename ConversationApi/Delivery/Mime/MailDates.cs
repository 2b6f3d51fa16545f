using System.Globalization;

namespace ConversationApi.Delivery.Mime;

internal static class MailDates
{
    /// <summary>RFC 5322, in UTC.</summary>
    public static string Format(DateTime utc) => utc.ToString("ddd, dd MMM yyyy HH:mm:ss '+0000'", CultureInfo.InvariantCulture);
}
