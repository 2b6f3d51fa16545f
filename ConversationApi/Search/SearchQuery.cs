using System.Globalization;

namespace ConversationApi.Search;

/// <summary>Which page of which search is asked for.</summary>
/// <param name="Text">What to look for.</param>
/// <param name="Mode">What to go by.</param>
/// <param name="Filter">Which messages may be found.</param>
/// <param name="Limit">How many.</param>
/// <param name="Cursor">Of the page before, as the client sent it.</param>
internal sealed record SearchQuery(string Text, SearchMode Mode, SearchFilter Filter, int Limit, string? Cursor)
{
    /// <summary>What a cursor must fit: another model would put other messages on the next page.</summary>
    public string ListName(SearchMode used, int? model) =>
        string.Create(CultureInfo.InvariantCulture, $"search|{used}|{(used == SearchMode.Text ? null : model)}|{Filter.Status}|{Filter.LeadId}|{Filter.LeadEmail}|{Filter.From:O}|{Filter.To:O}|{Text}");
}
