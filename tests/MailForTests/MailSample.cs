namespace MailForTests;

/// <summary>One mail as a line of JSON, and what is known of it.</summary>
/// <param name="Json">In the form of Postmark's inbound webhook.</param>
/// <param name="MessageId">Without angle brackets; null when it has none.</param>
/// <param name="Thread">Names the thread it truly belongs to.</param>
public sealed record MailSample(string Json, string? MessageId, string Thread);

/// <summary>Mail with its true threads.</summary>
/// <param name="Name">For the names of tests.</param>
/// <param name="Mails">In the order of the file.</param>
/// <param name="MinF1">How well threading must agree with the truth; a corpus may have faults of its own.</param>
public sealed record MailCorpus(string Name, IReadOnlyList<MailSample> Mails, double MinF1)
{
    /// <inheritdoc />
    public override string ToString() => Name;
}
