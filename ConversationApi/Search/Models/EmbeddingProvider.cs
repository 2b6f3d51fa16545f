using System.ClientModel;
using System.ClientModel.Primitives;
using System.Globalization;
using ConversationApi.Ingestion.Parsing;
using ConversationApi.OpenAi;
using Microsoft.Extensions.Options;
using OpenAI;
using OpenAI.Embeddings;
using Pgvector;

namespace ConversationApi.Search.Models;

/// <summary>OpenAI, or an endpoint that speaks like it; nobody without a key.</summary>
internal sealed class EmbeddingProvider
{
    // Well below what the models take, whatever the language.
    private const int MaxTextLength = 8_000;
    private const int MostAtATime = 256;
    private const string Harmless = "dimensions";
    private readonly EmbeddingClient? _client;
    private readonly OpenAiOptions _options;

    public EmbeddingProvider(IOptions<OpenAiOptions> options, IOptions<SearchOptions> search)
    {
        _options = options.Value;
        if (_options.ApiKey is null || search.Value.Embeddings != EmbeddingSource.Auto)
            return;
        _client = new(_options.EmbeddingModel, new ApiKeyCredential(_options.ApiKey), new OpenAIClientOptions
        {
            Endpoint = _options.BaseAddress,
            NetworkTimeout = _options.Timeout,
            // What fails waits in the queue, where it is seen and holds up nothing.
            RetryPolicy = new ClientRetryPolicy(0),
        });
        var size = _options.EmbeddingDimensions is { } dimensions ? string.Create(CultureInfo.InvariantCulture, $" ({dimensions})") : "";
        ModelName = $"{_options.EmbeddingModel}{size} of {_options.BaseAddress.Host}";
    }

    /// <summary>The model's name here; null without a provider.</summary>
    public string? ModelName { get; }

    public bool Knows(string model) => ModelName == model;

    /// <summary>How long the model's vectors are.</summary>
    public async Task<int> FindDimensionsAsync(CancellationToken cancellationToken) =>
        _options.EmbeddingDimensions ?? (await RequestAsync([Harmless], cancellationToken))[0].ToFloats().Length;

    /// <summary>Whether it was the texts that it failed for: it takes another one.</summary>
    public async Task<bool> IsOfTextsAsync(EmbeddingFailedException failure, CancellationToken cancellationToken)
    {
        if (!failure.Passing || !failure.PerhapsOneText)
            return !failure.Passing;
        try
        {
            await RequestAsync([Harmless], cancellationToken);
            return true;
        }
        catch (EmbeddingFailedException)
        {
            return false;
        }
    }

    /// <summary>One vector for each text; null for an empty one.</summary>
    public async Task<IReadOnlyList<HalfVector?>> EmbedAsync(IReadOnlyList<string> texts, int dimensions, CancellationToken cancellationToken)
    {
        var vectors = new HalfVector?[texts.Count];
        var wanted = Enumerable.Range(0, texts.Count).Where(i => !string.IsNullOrWhiteSpace(texts[i]));
        foreach (var chunk in wanted.Chunk(MostAtATime))
        {
            var answer = await RequestAsync([.. chunk.Select(i => MailText.Cut(texts[i], MaxTextLength))], cancellationToken);
            for (var i = 0; i < chunk.Length; i++)
                vectors[chunk[i]] = Read(answer[i], dimensions);
        }

        return vectors;
    }

    private async Task<OpenAIEmbeddingCollection> RequestAsync(string[] texts, CancellationToken cancellationToken)
    {
        using var span = SearchTelemetry.Source.StartActivity("embeddings");
        try
        {
            var answer = (await _client!.GenerateEmbeddingsAsync(texts, new() { Dimensions = _options.EmbeddingDimensions }, cancellationToken)).Value;
            return answer.Count == texts.Length ? answer
                : throw new EmbeddingFailedException($"The provider made {answer.Count} vectors of {texts.Length} texts.", passing: true, perhapsOneText: true);
        }
        catch (ClientResultException e)
        {
            throw new EmbeddingFailedException($"The provider answers {e.Status}.", e.Status is not (400 or 413 or 422), perhapsOneText: e.Status >= 500, RetryAfter(e), e);
        }
        catch (Exception e) when (e is not EmbeddingFailedException && !cancellationToken.IsCancellationRequested)
        {
            throw new EmbeddingFailedException($"The provider does not answer as it should: {e.GetType().Name}.", passing: true, e is not (HttpRequestException or IOException or OperationCanceledException), innerException: e);
        }
    }

    private static HalfVector Read(OpenAIEmbedding embedding, int dimensions)
    {
        var numbers = embedding.ToFloats().Span;
        if (numbers.Length != dimensions)
            throw new EmbeddingFailedException($"The provider made a vector of {numbers.Length} numbers, not {dimensions}.", passing: true);
        var length = MathF.Sqrt(Dense.Dot(numbers, numbers));
        if (!float.IsFinite(length) || length == 0)
            throw new EmbeddingFailedException("The provider made a vector that means nothing.", passing: false);
        var half = new Half[dimensions];
        for (var i = 0; i < dimensions; i++)
            half[i] = (Half)(numbers[i] / length);
        return new(half);
    }

    private static TimeSpan? RetryAfter(ClientResultException e) =>
        e.GetRawResponse()?.Headers.TryGetValue("Retry-After", out var text) == true && double.TryParse(text, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 0 and < 3600
            ? TimeSpan.FromSeconds(seconds) : null;
}
