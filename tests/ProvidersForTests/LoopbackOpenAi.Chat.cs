using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ProvidersForTests;

/// <summary>The chat model: it drafts the same reply to the same question, unless it is told what to write.</summary>
public sealed partial class LoopbackOpenAi
{
    private const int TokensWritten = 40;
    private readonly ConcurrentQueue<string> _messages = [];

    /// <summary>The questions to the chat model, in order.</summary>
    public IReadOnlyList<ProviderRequest> Chats => [.. Requests.Where(request => request.Path == "/v1/chat/completions")];

    /// <summary>What the chat model writes next, one for each question; after that it drafts replies of its own again.</summary>
    /// <param name="texts">The content of its message; a JSON object that begins with <c>role</c> takes the place of the whole message.</param>
    public void WriteNext(params ReadOnlySpan<string> texts)
    {
        foreach (var text in texts)
            _messages.Enqueue(text);
    }

    private (HttpStatusCode, string) Chat(JsonElement request)
    {
        var words = request.GetProperty("messages").EnumerateArray().Sum(message => message.GetProperty("content").ToString().Split(' ').Length);
        var text = _messages.TryDequeue(out var scripted) ? scripted
            : JsonSerializer.Serialize(new { reply = $"A reply made from {words} words.", sentiment = new { label = "neutral", reason = "a plain question" }, confidence = 0.8 });
        var isWhole = text.StartsWith("{\"role\"", StringComparison.Ordinal);
        var message = isWhole ? JsonNode.Parse(text) : new JsonObject { ["role"] = "assistant", ["content"] = text };
        return (HttpStatusCode.OK, new JsonObject
        {
            ["id"] = "chatcmpl-1", ["object"] = "chat.completion", ["created"] = 1_700_000_000, ["model"] = request.GetProperty("model").GetString(),
            ["choices"] = new JsonArray(new JsonObject { ["index"] = 0, ["message"] = message, ["finish_reason"] = isWhole ? "tool_calls" : "stop" }),
            ["usage"] = new JsonObject { ["prompt_tokens"] = words, ["completion_tokens"] = TokensWritten, ["total_tokens"] = words + TokensWritten },
        }.ToJsonString());
    }
}
