using System.Net;

namespace ConversationApi.Gmail;

/// <summary>Gmail did not do what was asked.</summary>
/// <param name="message">What it answered.</param>
/// <param name="status">The status of its answer.</param>
/// <param name="passes">The same again later may do.</param>
/// <param name="retryAfter">How long it wants us to wait.</param>
internal sealed class GmailException(string message, HttpStatusCode status, bool passes, TimeSpan? retryAfter = null) : Exception(message)
{
    public HttpStatusCode Status => status;

    public bool Passes => passes;

    public TimeSpan? RetryAfter => retryAfter;
}
