using ConversationApi.Search.Models;
using Microsoft.Extensions.Options;
using Pgvector;

namespace ConversationApi.Search.Questions;

/// <summary>Finds a question's vector, or says why there is none.</summary>
internal sealed partial class QuestionMeaning(ModelStore models, IOptions<SearchOptions> options, TimeProvider time, ILogger<QuestionMeaning> logger)
{
    private const int PauseInTimeouts = 5;
    private const string Slow = "The provider of embeddings does not answer in time at the moment.";
    private long _slowSince;

    /// <param name="text">The question as it was asked.</param>
    /// <param name="question">The same as words.</param>
    /// <param name="exact">Whether every vector is to be looked at.</param>
    /// <param name="cancellationToken">Ends the asking.</param>
    public async Task<(Meaning? Meaning, string? Reason)> FindAsync(string text, Question question, bool exact, CancellationToken cancellationToken)
    {
        if (question.ModelId is not { } id)
        {
            return (null, options.Value.Embeddings == EmbeddingSource.None ? "Search by meaning is switched off."
                : $"Search by meaning is not ready yet: a model needs {options.Value.MinimumMessages} messages, and a moment to be made.");
        }

        if (await models.FindAsync(id, cancellationToken) is not { } model)
            return (null, "The vectors in use are of a provider that is not configured here any more; others are being made.");
        if (model is not LocalModel && Volatile.Read(ref _slowSince) is not 0 and var since && time.GetElapsedTime(since) < PauseInTimeouts * options.Value.QuestionTimeout)
            return (null, Slow);
        using var patience = new CancellationTokenSource(options.Value.QuestionTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            var (terms, counts) = (question.Words.Select(t => t.Term).ToArray(), question.Words.Select(t => t.Count).ToArray());
            HalfVector? vector = (await model.EmbedAsync([new(Guid.Empty, text, terms, counts)], either.Token))[0];
            return vector is null ? (null, "The model knows none of these words.") : (new(id, vector, exact), null);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            Volatile.Write(ref _slowSince, time.GetTimestamp());
            LogFailed(e);
            return (null, Slow);
        }
        catch (EmbeddingFailedException e)
        {
            LogFailed(e);
            return (null, "The provider of embeddings fails at the moment.");
        }
    }

    [LoggerMessage(LogLevel.Warning, "A search goes by words alone")]
    private partial void LogFailed(Exception exception);
}
