using ConversationApi.Ingestion.Parsing;
using ConversationApi.SetAside;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using ServiceDefaults.Authentication;
using ServiceDefaults.Problems;

namespace ConversationApi.Ingestion.Postmark;

internal static class PostmarkEndpoints
{
    public static IHostApplicationBuilder AddPostmarkInbound(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<PostmarkInboundOptions>().BindConfiguration(PostmarkInboundOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddAuthentication().AddScheme<AuthenticationSchemeOptions, PostmarkSecretHandler>(PostmarkSecretHandler.SchemeName, options => options.ForwardForbid = ApiKeyHandler.SchemeName);
        return builder;
    }

    public static IEndpointRouteBuilder MapPostmarkInbound(this IEndpointRouteBuilder api)
    {
        var options = api.ServiceProvider.GetRequiredService<IOptions<IngestionOptions>>().Value;
        api.MapPost("/inbound/postmark", PostFromPostmark)
            .RequireScope(AccessScope.Write, PostmarkSecretHandler.SchemeName)
            // Somewhat more is read and set aside; what is larger than that is no mail.
            .WithMetadata(new RequestSizeLimitAttribute(2L * options.MaxMessageBytes))
            .WithName("PostFromPostmark")
            .WithSummary("Postmark's inbound webhook: one message a call.")
            .WithDescription("200 means that it is kept: stored, there already, or set aside because it cannot be read or stored. Anything else means that it should be posted again. "
                + "Takes Postmark:InboundSecret as the password of Basic authentication, or an API key.")
            .Accepts<InboundMail>(MediaTypes.Json)
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .WithTags("Inbound");
        return api;
    }

    private static async Task<Results<Ok<InboundAnswer>, ProblemHttpResult>> PostFromPostmark(
        HttpContext context, SingleMail mail, IOptions<IngestionOptions> options, CancellationToken cancellationToken)
    {
        if (!MediaTypes.IsJson(context.Request.ContentType))
            return Problem.Of(ProblemTypes.UnsupportedMediaType, $"Post {MediaTypes.Json}.");
        var (body, length) = await BodyBytes.ReadAsync(context.Request, options.Value.MaxMessageBytes, cancellationToken);
        if (length == 0)
            return Problem.Of(ProblemTypes.MalformedJson, "The body is empty. Post one mail in the form of Postmark's inbound webhook.");
        var answer = await mail.TakeAsync(body, length, options.Value.MaxMessageBytes, cancellationToken);
        return answer.Passing is { } problem ? Problem.Of(problem, answer.Detail!) : TypedResults.Ok(answer);
    }
}
