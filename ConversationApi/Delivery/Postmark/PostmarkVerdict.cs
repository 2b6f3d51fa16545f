using System.Globalization;
using System.Net;
using ConversationApi.Delivery.Sending;

namespace ConversationApi.Delivery.Postmark;

/// <summary>What an answer of Postmark means for the mail.</summary>
internal static class PostmarkVerdict
{
    private const int Maintenance = 100;
    private const int RateLimit = 429;

    // Token, sender's signature, credits, account and stream: the same for every mail.
    private static readonly HashSet<int> _ours = [10, 400, 401, 405, 412, 413, 1235];

    public static Handover Of(HttpStatusCode status, PostmarkAnswer? answer, TimeSpan? after)
    {
        var code = string.Create(CultureInfo.InvariantCulture, $"Postmark answered {(int)status}{(answer?.ErrorCode is { } error and not 0 ? $", error {error}" : "")}");
        var reason = $"{code}: {answer?.Message ?? "nothing that can be read"}";
        var verdict = (int)status switch
        {
            // What cannot be read may well mean yes.
            200 when answer is { ErrorCode: 0, MessageId: { Length: > 0 } id } => Handover.Accepted(id),
            200 when answer?.ErrorCode is null or 0 => new Handover(HandoverKind.InDoubt, reason),
            429 => new(HandoverKind.Busy, reason, After: after),
            401 or 403 or 404 or (>= 300 and < 400) => new(HandoverKind.Misconfigured, reason),
            408 or >= 500 => new(HandoverKind.InDoubt, reason, After: after),
            _ when answer?.ErrorCode is Maintenance or RateLimit => new(HandoverKind.Busy, reason, After: after),
            _ when answer?.ErrorCode is { } known && _ours.Contains(known) => new(HandoverKind.Misconfigured, reason),
            _ => new(HandoverKind.Refused, reason),
        };
        return verdict.Kind == HandoverKind.Accepted ? verdict : verdict with { Code = code };
    }

    /// <summary>The request never came to an answer.</summary>
    public static Handover Of(HttpRequestException e) => new(
        e.HttpRequestError is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError
            ? HandoverKind.Busy : HandoverKind.InDoubt,
        $"Postmark could not be asked: {e.Message}");
}
