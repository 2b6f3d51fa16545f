using System.Security.Claims;
using Microsoft.Extensions.Options;
using ServiceDefaults.Problems;

namespace ConversationApi.SlowClients;

/// <summary>Counts what large answers keep until their clients have read them. Others are not counted: the server takes them over, or nearly so.</summary>
internal sealed class LargeAnswers(IOptions<SlowClientOptions> options)
{
    /// <summary>What is larger is large.</summary>
    public const int LargeBytes = 256 * 1024;

    /// <summary>What an answer counts that keeps a connection to the database.</summary>
    public const int OfConnection = 8 * 1024 * 1024;

    private const int ChunkBytes = 64 * 1024;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, long> _ofKeys = [];
    private readonly long _most = options.Value.MaxMegabytes * 1024L * 1024;
    private long _all;

    /// <summary>Sends an answer, if there is room for it.</summary>
    /// <param name="context">Whose answer it is.</param>
    /// <param name="bytes">What it keeps.</param>
    /// <param name="send">Sends it.</param>
    public static async Task SendAsync(HttpContext context, long bytes, Func<Task> send)
    {
        var answers = context.RequestServices.GetRequiredService<LargeAnswers>();
        var key = context.User.FindFirstValue(ClaimTypes.NameIdentifier) ?? "";
        if (answers.Enter(key, bytes) is { } refusal)
        {
            await Problem.Of(SlowClientProblems.TooManyLargeAnswers, refusal).ExecuteAsync(context);
            return;
        }

        try
        {
            await send();
        }
        finally
        {
            answers.Leave(key, bytes);
        }
    }

    /// <summary>Writes a large body piece by piece, so that the server does not keep it a second time.</summary>
    public static async Task WriteAsync(HttpResponse response, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        for (var written = 0; written < body.Length; written += ChunkBytes)
            await response.BodyWriter.WriteAsync(body[written..Math.Min(body.Length, written + ChunkBytes)], cancellationToken);
    }

    /// <returns>Why there is no room; null when there is.</returns>
    private string? Enter(string key, long bytes)
    {
        lock (_lock)
        {
            var own = _ofKeys.GetValueOrDefault(key);
            if (own > 0 && own + bytes > _most / 2)
                return "Large answers to this key that were not read yet keep as much as one key may. Read them or close their connections, or ask for less at a time.";
            if (_all > 0 && _all + bytes > _most)
                return "Large answers that were not read yet keep as much as they may on this replica. Try again later, or ask for less at a time.";
            _ofKeys[key] = own + bytes;
            _all += bytes;
            return null;
        }
    }

    private void Leave(string key, long bytes)
    {
        lock (_lock)
        {
            _all -= bytes;
            if ((_ofKeys[key] -= bytes) == 0)
                _ofKeys.Remove(key);
        }
    }
}
