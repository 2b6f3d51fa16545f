using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace ConversationApi.Idempotency;

/// <summary>An answer that is kept, and given again as it was.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Json">Body; null for none.</param>
/// <param name="Resource">The conversation that it is about.</param>
/// <param name="Version">For the entity tag, where the body is the conversation.</param>
internal sealed record RecordedAnswer(int Status, string? Json, Guid? Resource, long? Version) : IResult
{
    /// <summary>Whether it was given before.</summary>
    public bool Again { get; init; }

    /// <param name="status">HTTP status.</param>
    /// <param name="body">What is shown.</param>
    /// <param name="type">From <see cref="ApiJson"/>.</param>
    /// <param name="resource">The conversation that it is about.</param>
    /// <param name="version">For the entity tag, where the body is the conversation.</param>
    public static RecordedAnswer Of<T>(int status, T body, JsonTypeInfo<T> type, Guid resource, long? version = null) =>
        new(status, JsonSerializer.Serialize(body, type), resource, version);

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = Status;
        if (Again)
            response.Headers["Idempotency-Replayed"] = "true";
        if (Status == StatusCodes.Status201Created && Resource is { } id)
            response.Headers.Location = $"/api/v1/conversations/{id}";
        if (Version is { } version)
            response.Headers.ETag = string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");
        if (Json is null)
            return Task.CompletedTask;
        var bytes = Encoding.UTF8.GetBytes(Json);
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = bytes.Length;
        return response.Body.WriteAsync(bytes, 0, bytes.Length, httpContext.RequestAborted);
    }
}
