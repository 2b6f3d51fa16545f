namespace ConversationApi.Ingestion;

internal static class MediaTypes
{
    public const string Json = "application/json";

    public const string Bytes = "application/octet-stream";

    public const string Problem = "application/problem+json";

    /// <summary>One JSON value a line.</summary>
    public const string Lines = "application/x-ndjson";

    public static bool IsJson(string? contentType) => Is(contentType, Json);

    public static bool IsLines(string? contentType) => Is(contentType, Lines) || Is(contentType, "application/jsonl") || Is(contentType, "application/ndjson");

    private static bool Is(string? contentType, string mediaType) =>
        contentType is not null && contentType.Split(';', 2)[0].Trim().Equals(mediaType, StringComparison.OrdinalIgnoreCase);
}
