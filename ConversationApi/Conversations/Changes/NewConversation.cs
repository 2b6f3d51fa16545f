using ConversationApi.Delivery;
using ConversationApi.Delivery.Mime;

namespace ConversationApi.Conversations.Changes;

/// <summary>A conversation that we begin.</summary>
/// <param name="Lead">Whom to write to.</param>
/// <param name="Subject">1 to 998 characters.</param>
/// <param name="Content">The first mail as plain text.</param>
/// <param name="HtmlContent">The same as HTML.</param>
public sealed record NewConversation(NewLead? Lead, string? Subject, string? Content, string? HtmlContent)
{
    /// <summary>What is wrong with it; empty when nothing is.</summary>
    internal Dictionary<string, string[]> Check()
    {
        var errors = Lead?.Check() ?? new() { ["lead"] = ["The lead to write to, with an email."] };
        ChangeText.Check(errors, "subject", Subject, ChangeText.MaxSubject, needed: true);
        MailBody.Check(errors, Content, HtmlContent);
        return errors;
    }
}

/// <summary>Somebody to write to.</summary>
/// <param name="Email">One plain address.</param>
/// <param name="Name">At most 200 characters.</param>
/// <param name="Id">The lead's number in the system that leads come from.</param>
public sealed record NewLead(string? Email, string? Name, long? Id)
{
    internal Dictionary<string, string[]> Check()
    {
        var errors = new Dictionary<string, string[]>();
        if (Mailbox.Read(Email, null) is null)
            errors["lead.email"] = [ChangeText.AddressWanted];
        ChangeText.Check(errors, "lead.name", Name, ChangeText.MaxName);
        return errors;
    }
}

/// <summary>A conversation that was begun, and its first mail.</summary>
public sealed record StartedConversation : ConversationView
{
    internal StartedConversation(QueuedMail mail)
        : base(mail.Conversation) => Message = new(mail);

    /// <summary>The first mail, which waits to be sent.</summary>
    public QueuedMessage Message { get; }
}
