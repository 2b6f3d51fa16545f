using ServiceDefaults.Problems;

namespace ConversationApi.Conversations.Changes;

/// <summary>Sends what was meant for a merged conversation to the one that has its messages now, as reading does.</summary>
internal sealed class MergedRedirect : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (ConversationGoneException e)
        {
            var http = context.HttpContext;
            var conversations = http.RequestServices.GetRequiredService<ConversationReader>();
            return await conversations.FindRedirectAsync(e.Id, http.RequestAborted) is { } now && http.Request.RouteValues["id"] is string id
                ? TypedResults.Redirect($"{http.Request.Path.Value!.Replace(id, now.ToString(), StringComparison.Ordinal)}{http.Request.QueryString}", permanent: true, preserveMethod: true)
                : (IResult)Problem.Of(ProblemTypes.NotFound, e.Message);
        }
    }
}
