using System.Text.Json;

namespace ConversationApi.Ingestion;

/// <summary>Writes outcomes to the client while the batch goes on: one object with <c>items</c>, or one item a line.</summary>
internal sealed class BatchAnswerWriter(HttpResponse response, bool lines) : IAsyncDisposable
{
    private readonly Utf8JsonWriter _json = new(response.BodyWriter);
    private readonly int[] _counts = new int[3];
    private MailOutcome? _held;
    private int _index;

    /// <summary>Whether anything was sent: from then on no other status is possible.</summary>
    public bool Began { get; private set; }

    /// <summary>The only outcome so far, if there is just one: a single message is answered by a status of its own.</summary>
    public MailOutcome? Only => Began ? null : _held;

    public async ValueTask AddAsync(IReadOnlyList<MailOutcome> outcomes, CancellationToken cancellationToken)
    {
        if (!Began && _held is null && outcomes.Count == 1)
        {
            _held = outcomes[0];
            return;
        }

        Begin();
        foreach (var outcome in outcomes)
            Write(outcome);
        await FlushAsync(cancellationToken);
    }

    public async ValueTask CompleteAsync(CancellationToken cancellationToken)
    {
        Begin();
        if (!lines)
        {
            _json.WriteEndArray();
            _json.WriteNumber("stored"u8, _counts[(int)MailOutcomeKind.Stored]);
            _json.WriteNumber("duplicates"u8, _counts[(int)MailOutcomeKind.Duplicate]);
            _json.WriteNumber("refused"u8, _counts[(int)MailOutcomeKind.Refused]);
            _json.WriteEndObject();
        }

        await FlushAsync(cancellationToken);
    }

    public ValueTask DisposeAsync() => _json.DisposeAsync();

    private void Begin()
    {
        if (Began)
            return;
        Began = true;
        response.ContentType = lines ? MediaTypes.Lines : MediaTypes.Json;
        if (!lines)
        {
            _json.WriteStartObject();
            _json.WriteStartArray("items"u8);
        }

        if (_held is { } held)
            Write(held);
        _held = null;
    }

    private void Write(MailOutcome outcome)
    {
        _counts[(int)outcome.Kind]++;
        var status = outcome.Kind switch { MailOutcomeKind.Stored => "stored", MailOutcomeKind.Duplicate => "duplicate", _ => "refused" };
        var item = new BatchAnswerItem(_index++, status, outcome.MessageId, outcome.Id, outcome.ConversationId,
            outcome.Marks is { Count: > 0 } marks ? marks : null, outcome.Problem?.Uri, outcome.Detail);
        JsonSerializer.Serialize(_json, item, BatchAnswerJson.Default.BatchAnswerItem);
        if (!lines)
            return;
        _json.Flush();
        _json.Reset();
        response.BodyWriter.GetSpan(1)[0] = (byte)'\n';
        response.BodyWriter.Advance(1);
    }

    private async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        if (!lines)
            _json.Flush();
        await response.BodyWriter.FlushAsync(cancellationToken);
    }
}
