using ConversationApi.Ingestion.Parsing;
using ConversationApi.Ingestion.Storing;
using ServiceDefaults.Problems;

namespace ConversationApi.Ingestion;

/// <summary>Takes a body of any length a transaction's worth at a time: the next one is read while the last one is stored.</summary>
internal sealed class MailBatch(JsonFrameReader frames, MailReader reader, MailStore store, IngestionOptions options)
{
    private bool _ended;
    private int _messages;

    /// <summary>The outcomes in the order of the body, as soon as they are certain.</summary>
    public async Task RunAsync(Func<IReadOnlyList<MailOutcome>, ValueTask> report, CancellationToken cancellationToken)
    {
        Task<IReadOnlyList<MailOutcome>>? storing = null;
        try
        {
            while (!_ended || storing is not null)
            {
                var entries = _ended ? [] : await ReadAsync(storing is null, cancellationToken);
                var before = storing;
                storing = entries.Count == 0 ? null : StoreAsync(entries, cancellationToken);
                if (before is not null)
                    await report(await before);
            }
        }
        finally
        {
            // Whatever failed, nothing goes on behind the request's back.
            if (storing is not null)
                await Task.WhenAny(storing);
        }
    }

    /// <summary>Reads what makes one transaction; less, rather than let the client wait for an answer.</summary>
    private async Task<List<object>> ReadAsync(bool idle, CancellationToken cancellationToken)
    {
        var entries = new List<object>();
        long bytes = 0;
        while (entries.Count < options.TransactionMessages && bytes < options.TransactionBytes)
        {
            JsonFrame frame;
            try
            {
                frame = await frames.ReadAsync(mayPause: entries.Count > 0 || !idle, cancellationToken);
            }
            catch (BadHttpRequestException e)
            {
                entries.Add(e.StatusCode == StatusCodes.Status413PayloadTooLarge
                    ? MailOutcome.Refused(ProblemTypes.TooLarge, $"A batch may have {options.MaxBatchBytes} bytes; the rest was not read. Post it in another.")
                    : MailOutcome.Refused(ProblemTypes.MalformedJson, "The body ends too early. Post it again, whole: what came before is stored."));
                _ended = true;
                break;
            }

            if (frame.Kind == JsonFrameKind.Pause)
                break;
            if (frame.Kind == JsonFrameKind.End)
            {
                _ended = true;
                break;
            }

            bytes += frame.Bytes.Length;
            entries.Add(Read(frame));
        }

        return entries;
    }

    private object Read(JsonFrame frame)
    {
        if (++_messages > options.MaxBatchMessages)
        {
            return MailOutcome.Refused(MailProblems.BatchTooLong, $"A batch may hold {options.MaxBatchMessages} messages. Post the rest in another.");
        }

        switch (frame.Kind)
        {
            case JsonFrameKind.TooLarge:
                return MailOutcome.Refused(ProblemTypes.TooLarge, $"A message may have {options.MaxMessageBytes} bytes.");
            case JsonFrameKind.Truncated:
                return MailOutcome.Refused(ProblemTypes.MalformedJson, "The body ends in the middle of a message. Post it again, whole: what came before it is stored.");
            default:
                var (mail, refusal) = MailDocument.Read(frame.Bytes.Span, reader);
                return (object?)mail ?? refusal!;
        }
    }

    private async Task<IReadOnlyList<MailOutcome>> StoreAsync(List<object> entries, CancellationToken cancellationToken)
    {
        var mails = entries.OfType<IncomingMail>().ToList();
        if (mails.Count == 0)
            return [.. entries.Cast<MailOutcome>()];
        // The reader goes on with its thread.
        await Task.Yield();
        var stored = new Queue<MailOutcome>(await store.StoreAsync(mails, cancellationToken));
        return [.. entries.Select(entry => entry as MailOutcome ?? stored.Dequeue())];
    }
}
