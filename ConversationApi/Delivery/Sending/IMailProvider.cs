namespace ConversationApi.Delivery.Sending;

/// <summary>Who takes mail out. Neither call throws for what a provider or the way to it can do; a cancelled one is in doubt.</summary>
internal interface IMailProvider
{
    /// <summary>In a word, for logs and metrics.</summary>
    string Name { get; }

    /// <summary>Hands a mail over. May send it twice when called twice.</summary>
    Task<Handover> SendAsync(MailToSend mail, CancellationToken cancellationToken);

    /// <summary>Asks whether it has a mail: accepted, absent, or why that is not known.</summary>
    Task<Handover> FindAsync(Guid id, CancellationToken cancellationToken);
}
