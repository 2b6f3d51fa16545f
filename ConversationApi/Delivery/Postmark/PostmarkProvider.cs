using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ConversationApi.Delivery.Sending;
using Microsoft.Extensions.Options;

namespace ConversationApi.Delivery.Postmark;

/// <summary>
/// Sends by Postmark's API. It has no idempotency keys: our id goes with each mail as metadata, and by that a mail is searched for whose
/// sending is in doubt.
/// </summary>
internal sealed class PostmarkProvider(IHttpClientFactory clients, IOptions<PostmarkOptions> options, TimeProvider time) : IMailProvider
{
    public const string ClientName = "postmark";
    public const string TokenHeader = "X-Postmark-Server-Token";

    public string Name => "postmark";

    public Task<Handover> SendAsync(MailToSend mail, CancellationToken cancellationToken) => AskAsync(async client =>
    {
        // Buffered: its length is sent first, so that half a mail is none.
        using var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(PostmarkMail.Of(mail, options.Value.MessageStream), PostmarkJson.Default.PostmarkMail));
        content.Headers.ContentType = new("application/json");
        using var response = await client.PostAsync("email", content, cancellationToken);
        return PostmarkVerdict.Of(response.StatusCode, await ReadAsync(response, PostmarkJson.Default.PostmarkAnswer, cancellationToken), RetryAfter(response));
    }, cancellationToken);

    public Task<Handover> FindAsync(Guid id, CancellationToken cancellationToken) => AskAsync(async client =>
    {
        using var response = await client.GetAsync($"messages/outbound?count=1&offset=0&messagestream={Uri.EscapeDataString(options.Value.MessageStream)}&metadata_messageid={id}", cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            var verdict = PostmarkVerdict.Of(response.StatusCode, await ReadAsync(response, PostmarkJson.Default.PostmarkAnswer, cancellationToken), RetryAfter(response));
            // That the question is refused says nothing of the mail.
            return verdict.Kind == HandoverKind.Refused ? verdict with { Kind = HandoverKind.InDoubt } : verdict;
        }

        return await ReadAsync(response, PostmarkJson.Default.PostmarkFindings, cancellationToken) switch
        {
            { TotalCount: 0 } => Handover.Absent,
            { TotalCount: > 0, Messages: [{ MessageId: { Length: > 0 } found, Metadata.MessageId: { } named }, ..] } when named == id => Handover.Accepted(found),
            _ => new(HandoverKind.InDoubt, "Postmark was asked for the mail, and its answer cannot be understood."),
        };
    }, cancellationToken);

    private async Task<Handover> AskAsync(Func<HttpClient, Task<Handover>> ask, CancellationToken cancellationToken)
    {
        try
        {
            using var client = clients.CreateClient(ClientName);
            return await ask(client);
        }
        catch (HttpRequestException e)
        {
            return PostmarkVerdict.Of(e);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            return new(HandoverKind.InDoubt, cancellationToken.IsCancellationRequested ? "The sender stopped before Postmark answered." : $"Postmark did not answer within {options.Value.Timeout}.");
        }
    }

    /// <returns>Null for what is not what it should be.</returns>
    private static async Task<T?> ReadAsync<T>(HttpResponseMessage response, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return await response.Content.ReadFromJsonAsync(type, cancellationToken);
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or InvalidOperationException)
        {
            return null;
        }
    }

    private TimeSpan? RetryAfter(HttpResponseMessage response)
    {
        var asked = response.Headers.RetryAfter;
        return asked?.Delta ?? asked?.Date - time.GetUtcNow();
    }
}
