namespace ConversationApi.Suggestions.Drafting;

/// <summary>Drafts replies. It is given texts and gives a text: it has no means to send anything.</summary>
internal interface IDrafter
{
    /// <returns>Null where it has nothing to say.</returns>
    /// <exception cref="DraftFailedException">It did not work this time, or never will.</exception>
    Task<Draft?> DraftAsync(DraftContext context, SuggestionWish wish, CancellationToken cancellationToken);
}
