namespace ConversationApi.SlowClients;

/// <summary>A file to be kept until its client has read it.</summary>
internal sealed class LargeBytes(byte[] body, string contentType, string fileName) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext) =>
        body.Length > LargeAnswers.LargeBytes ? LargeAnswers.SendAsync(httpContext, body.Length, () => WriteAsync(httpContext)) : WriteAsync(httpContext);

    private Task WriteAsync(HttpContext httpContext) => TypedResults.Stream(new MemoryStream(body, writable: false), contentType, fileName).ExecuteAsync(httpContext);
}
