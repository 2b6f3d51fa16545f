using System.Globalization;

namespace ConversationApi.Paging;

/// <summary>Bounds of a page.</summary>
internal static class PageLimit
{
    private const int Default = 50;
    private const int Most = 100;

    public static string Message => $"A whole number from 1 to {Most}.";

    public static bool TryRead(string? text, out int limit, int usual = Default)
    {
        limit = usual;
        return text is null || (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) && limit is >= 1 and <= Most);
    }
}
