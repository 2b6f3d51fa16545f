using ConversationApi.Ingestion.Parsing;
using ConversationApi.Ingestion.Storing;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using ServiceDefaults.Authentication;
using ServiceDefaults.Problems;

namespace ConversationApi.Ingestion;

internal static class IngestionEndpoints
{
    public static IHostApplicationBuilder AddIngestion(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<IngestionOptions>().BindConfiguration(IngestionOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<MailReader>();
        builder.Services.AddSingleton<MailStore>();
        return builder;
    }

    public static IEndpointRouteBuilder MapIngestion(this IEndpointRouteBuilder api)
    {
        var options = api.ServiceProvider.GetRequiredService<IOptions<IngestionOptions>>().Value;
        api.MapPost("/inbound/messages", PostMessages)
            .RequireScope(AccessScope.Write)
            .WithMetadata(new RequestSizeLimitAttribute(options.MaxBatchBytes))
            .WithName("PostInboundMessages")
            .WithSummary("Store mail in the form of Postmark's inbound webhook: one object, an array, or one object a line (application/x-ndjson).")
            .WithDescription("Posting the same mail again stores nothing twice. The answer has one item for each message, in their order.")
            .Accepts<IReadOnlyList<InboundMail>>(MediaTypes.Json, MediaTypes.Lines)
            .Produces<BatchAnswer>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .WithTags("Inbound");
        return api;
    }

    private static async Task PostMessages(HttpContext context, MailReader reader, MailStore store, IOptions<IngestionOptions> options, CancellationToken cancellationToken)
    {
        var lines = MediaTypes.IsLines(context.Request.ContentType);
        if (!lines && !MediaTypes.IsJson(context.Request.ContentType))
        {
            await Problem.Of(ProblemTypes.UnsupportedMediaType, $"Post {MediaTypes.Json} or {MediaTypes.Lines}.").ExecuteAsync(context);
            return;
        }

        using var frames = new JsonFrameReader(context.Request.Body, lines, options.Value.MaxMessageBytes);
        await using var answer = new BatchAnswerWriter(context.Response, lines || context.Request.Headers.Accept.Any(MediaTypes.IsLines));
        try
        {
            await new MailBatch(frames, reader, store, options.Value).RunAsync(async outcomes =>
            {
                // A database that is down is no matter of single messages, as long as nothing was said.
                if (!answer.Began && outcomes.All(o => o.Problem == ProblemTypes.DatabaseUnavailable))
                    throw new BatchRefusedException(outcomes[0]);
                await answer.AddAsync(outcomes, cancellationToken);
            }, cancellationToken);
        }
        catch (BatchRefusedException e)
        {
            await Problem.Of(e.Outcome.Problem!, e.Outcome.Detail!).ExecuteAsync(context);
            return;
        }

        if (!frames.HasContent && !answer.Began && answer.Only is null)
            await Problem.Of(ProblemTypes.MalformedJson, "The body is empty. Post mail in the form of Postmark's inbound webhook.").ExecuteAsync(context);
        else if (answer.Only is { Kind: MailOutcomeKind.Refused } only)
            await Problem.Of(only.Problem!, only.Detail!).ExecuteAsync(context);
        else
            await answer.CompleteAsync(cancellationToken);
    }

    private sealed class BatchRefusedException(MailOutcome outcome) : Exception
    {
        public MailOutcome Outcome { get; } = outcome;
    }

}
