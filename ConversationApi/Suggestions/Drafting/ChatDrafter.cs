using System.ClientModel;
using System.ClientModel.Primitives;
using System.Globalization;
using System.Text.Json;
using ConversationApi.Ingestion.Parsing;
using ConversationApi.OpenAi;
using Microsoft.Extensions.Options;
using OpenAI;
using OpenAI.Chat;

namespace ConversationApi.Suggestions.Drafting;

/// <summary>Asks the chat model of OpenAI, or of an endpoint that speaks like it. The model is given no tools, and what it asks for besides a reply is nothing to us.</summary>
internal sealed class ChatDrafter(IOptions<OpenAiOptions> openAi, IOptions<SuggestionOptions> options) : IDrafter
{
    private const int MaxAnswerTokens = 2000;
    private readonly OpenAiOptions _openAi = openAi.Value;
    private readonly ChatClient _client = new(openAi.Value.ChatModel, new ApiKeyCredential(openAi.Value.ApiKey!), new OpenAIClientOptions
    {
        Endpoint = openAi.Value.BaseAddress,
        NetworkTimeout = openAi.Value.Timeout,
        // What fails waits in the queue, where it is seen and holds up nothing.
        RetryPolicy = new ClientRetryPolicy(0),
    });

    public async Task<Draft?> DraftAsync(DraftContext context, SuggestionWish wish, CancellationToken cancellationToken)
    {
        var completion = await AskAsync(ChatPrompt.Of(context, wish), cancellationToken);
        var text = string.Concat(completion.Content.Where(part => part.Kind == ChatMessageContentPartKind.Text).Select(part => part.Text));
        if (ChatAnswer.Read(text) is not { } answer)
            throw new DraftFailedException("The model wrote no reply.", passing: false);
        var used = new ContextUsed("openai", _openAi.ChatModel, [.. context.Messages.Select(m => m.Id)],
            [.. context.Answered.Select(a => new SimilarUsed(a.Id, a.AnswerId, a.Score))], wish.Tone, wish.Length, wish.Prompt, null, null);
        var usage = completion.Usage;
        return new(MailText.Cut(answer.Reply, options.Value.MaxDraftLength), answer.Confidence, answer.Sentiment,
            JsonSerializer.Serialize(used, ContextUsedJson.Default.ContextUsed), string.IsNullOrEmpty(completion.Model) ? _openAi.ChatModel : completion.Model,
            usage is null ? null : Math.Max(0, usage.TotalTokenCount), usage is null ? null : Cost(usage.InputTokenCount, usage.OutputTokenCount));
    }

    private async Task<ChatCompletion> AskAsync(IReadOnlyList<ChatMessage> messages, CancellationToken cancellationToken)
    {
        try
        {
            return await _client.CompleteChatAsync(messages,
                new ChatCompletionOptions { ResponseFormat = ChatResponseFormat.CreateJsonObjectFormat(), MaxOutputTokenCount = MaxAnswerTokens }, cancellationToken);
        }
        catch (ClientResultException e)
        {
            throw new DraftFailedException($"The provider answers {e.Status}.", e.Status is not (400 or 413 or 422), RetryAfter(e), e);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // An answer that is whole and cannot be read is paid for.
            throw new DraftFailedException($"The provider does not answer as it should: {e.GetType().Name}.", passing: e is not InvalidOperationException, innerException: e);
        }
    }

    private decimal? Cost(int input, int output) =>
        _openAi is { InputPricePerMillion: { } read, OutputPricePerMillion: { } written } ? ((Math.Max(0, input) * read) + (Math.Max(0, output) * written)) / 1_000_000m : null;

    private static TimeSpan? RetryAfter(ClientResultException e) =>
        e.GetRawResponse()?.Headers.TryGetValue("Retry-After", out var text) == true && double.TryParse(text, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 0 and < 3600
            ? TimeSpan.FromSeconds(seconds) : null;
}
