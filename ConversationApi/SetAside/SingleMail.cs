using ConversationApi.Ingestion;
using ConversationApi.Ingestion.Parsing;
using ConversationApi.Ingestion.Storing;
using ServiceDefaults.Problems;

namespace ConversationApi.SetAside;

/// <summary>Stores one mail, or sets it aside: whoever brought it is told that it is taken in either case.</summary>
internal sealed class SingleMail(MailReader reader, MailStore store, SetAsideRegister setAside)
{
    private const int KeptOfTooLarge = 64 * 1024;

    /// <summary>What is not the mail's fault, so that bringing it again helps.</summary>
    public static bool Passes(MailOutcome outcome) => outcome.Problem is { Status: StatusCodes.Status503ServiceUnavailable };

    /// <summary>Reads what came by the webhook. Anybody can write to us in our name, so none of it counts as sent by us.</summary>
    public (IncomingMail? Mail, MailOutcome? Refusal) Read(ReadOnlySpan<byte> json)
    {
        var (mail, refusal) = MailDocument.Read(json, reader);
        return (mail is null ? null : mail with { Outbound = false }, refusal);
    }

    /// <summary>Stores what was read.</summary>
    /// <param name="read">The mail, or why it is none.</param>
    /// <param name="cancellationToken">The client is gone.</param>
    public async Task<MailOutcome> StoreAsync((IncomingMail? Mail, MailOutcome? Refusal) read, CancellationToken cancellationToken)
    {
        if (read.Mail is null)
            return read.Refusal!;
        try
        {
            return (await store.StoreAsync([read.Mail], cancellationToken))[0];
        }
        catch (Exception e) when (e is not (OperationCanceledException or ObjectDisposedException or OutOfMemoryException))
        {
            return MailDocument.Unreadable(e);
        }
    }

    /// <summary>Stores a mail in Postmark's form, or sets it aside.</summary>
    /// <param name="body">What came, at most what may be kept.</param>
    /// <param name="length">How many bytes came.</param>
    /// <param name="maxBytes">More are too large.</param>
    /// <param name="cancellationToken">The client is gone.</param>
    public async Task<InboundAnswer> TakeAsync(ReadOnlyMemory<byte> body, long length, int maxBytes, CancellationToken cancellationToken)
    {
        var outcome = length > maxBytes
            ? MailOutcome.Refused(ProblemTypes.TooLarge, $"A message may have {maxBytes} bytes, this one has {length}. Its beginning is kept.")
            : await StoreAsync(Read(body.Span), cancellationToken);
        if (outcome.Kind != MailOutcomeKind.Refused || Passes(outcome))
            return InboundAnswer.Of(outcome);
        return InboundAnswer.Of(outcome, await setAside.AddAsync("postmark", null, length > maxBytes ? body[..Math.Min(body.Length, KeptOfTooLarge)] : body, length, outcome, cancellationToken));
    }
}
