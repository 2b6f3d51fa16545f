using ConversationApi.Ingestion.Parsing;

namespace ConversationApi.Conversations.Changes;

/// <summary>What texts of a conversation may be.</summary>
internal static class ChangeText
{
    public const int MaxSubject = MailText.MaxSubject;
    public const int MaxName = 200;
    public const string AddressWanted = "One plain address, such as lead@people.example; at most 320 characters.";

    public static void Check(Dictionary<string, string[]> errors, string field, string? text, int most, bool needed = false)
    {
        if (needed ? string.IsNullOrWhiteSpace(text) || text.Length > most : text?.Length > most)
            errors[field] = [needed ? $"1 to {most} characters." : $"At most {most} characters."];
        else if (text?.Any(char.IsControl) == true)
            errors[field] = ["One line without control characters."];
    }
}
