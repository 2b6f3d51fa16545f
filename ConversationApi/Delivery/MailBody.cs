namespace ConversationApi.Delivery;

/// <summary>What a mail may say.</summary>
internal static class MailBody
{
    public static void Check(Dictionary<string, string[]> errors, string? content, string? htmlContent)
    {
        if (string.IsNullOrWhiteSpace(content))
            errors["content"] = ["What to say, as plain text."];
        else if (content.Contains('\0', StringComparison.Ordinal))
            errors["content"] = ["Text without NUL characters."];
        if (htmlContent?.Contains('\0', StringComparison.Ordinal) == true)
            errors["htmlContent"] = ["HTML without NUL characters."];
    }

    public static string? HtmlOrNull(string? html) => string.IsNullOrWhiteSpace(html) ? null : html;
}
