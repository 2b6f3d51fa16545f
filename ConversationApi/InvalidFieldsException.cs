namespace ConversationApi;

/// <summary>Fields of the body are wrong; said inside a transaction, which it undoes.</summary>
/// <param name="errors">What would be right, by name.</param>
internal sealed class InvalidFieldsException(Dictionary<string, string[]> errors) : Exception("Fields are wrong.")
{
    public Dictionary<string, string[]> Errors { get; } = errors;
}
