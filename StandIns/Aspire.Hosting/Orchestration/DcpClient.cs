using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Security;
using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Aspire.Hosting.Orchestration;

/// <summary>dcp's REST interface over HTTP/2: it alone is trusted, by the certificate it wrote beside its token.</summary>
internal sealed class DcpClient : IDisposable
{
    public const string ApiVersion = "usvc-dev.developer.microsoft.com/v1";
    private static readonly TimeSpan _timeout = TimeSpan.FromSeconds(20);
    private readonly HttpClient _http;

    public DcpClient(DcpConnection connection)
    {
        var trust = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        trust.CustomTrustStore.Add(connection.Authority);
        _http = new HttpClient(new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = trust },
            UseProxy = false,
            EnableMultipleHttp2Connections = true,
        })
        {
            BaseAddress = connection.Server,
            Timeout = Timeout.InfiniteTimeSpan,
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", connection.Token);
    }

    /// <returns>The object, or null when there is none of that name.</returns>
    public async Task<T?> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken ct)
    {
        using var limit = Limit(ct);
        using var response = await _http.GetAsync(Resource(path), limit.Token);
        if (response.StatusCode == HttpStatusCode.NotFound)
        {
            return default;
        }

        await ThrowIfRefusedAsync(response, limit.Token);
        return await response.Content.ReadFromJsonAsync(type, limit.Token);
    }

    public async Task CreateAsync<T>(string kind, T value, JsonTypeInfo<T> type, CancellationToken ct)
    {
        using var limit = Limit(ct);
        using var response = await _http.PostAsync(Resource(kind), JsonContent.Create(value, type), limit.Token);
        await ThrowIfRefusedAsync(response, limit.Token);
    }

    /// <summary>Changes part of an object below the API's own path, or from the root when the path begins with '/'.</summary>
    /// <returns>False when there is nothing of that name.</returns>
    public async Task<bool> PatchAsync<T>(string path, T value, JsonTypeInfo<T> type, CancellationToken ct)
    {
        // The content type must be exactly this: with a charset behind it the patch is dropped without an error.
        using var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(value, type));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/merge-patch+json");
        using var limit = Limit(ct);
        using var response = await _http.PatchAsync(Resource(path), content, limit.Token);
        return await FoundAsync(response, limit.Token);
    }

    /// <returns>False when there was nothing of that name.</returns>
    public async Task<bool> DeleteAsync(string path, CancellationToken ct)
    {
        using var limit = Limit(ct);
        using var response = await _http.DeleteAsync(Resource(path), limit.Token);
        return await FoundAsync(response, limit.Token);
    }

    /// <summary>The lines of an answer that may never end; none when there is nothing of that name.</summary>
    public async IAsyncEnumerable<string> ReadLinesAsync(string path, [EnumeratorCancellation] CancellationToken ct)
    {
        using var response = await _http.GetAsync(Resource(path), HttpCompletionOption.ResponseHeadersRead, ct);
        if (!await FoundAsync(response, ct))
        {
            yield break;
        }

        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(ct), Encoding.UTF8);
        while (await reader.ReadLineAsync(ct) is { } line)
        {
            yield return line;
        }
    }

    public void Dispose() => _http.Dispose();

    private static Uri Resource(string path) => new(path.StartsWith('/') ? path : $"/apis/{ApiVersion}/{path}", UriKind.Relative);

    private static CancellationTokenSource Limit(CancellationToken ct)
    {
        var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(_timeout);
        return limit;
    }

    private static async Task<bool> FoundAsync(HttpResponseMessage response, CancellationToken ct)
    {
        if (response.StatusCode == HttpStatusCode.NotFound)
        {
            return false;
        }

        await ThrowIfRefusedAsync(response, ct);
        return true;
    }

    private static async Task ThrowIfRefusedAsync(HttpResponseMessage response, CancellationToken ct)
    {
        if (response.IsSuccessStatusCode)
        {
            return;
        }

        var text = await response.Content.ReadAsStringAsync(ct);
        string? message = null;
        try
        {
            message = JsonSerializer.Deserialize(text, DcpJson.Default.DcpFailure)?.Message;
        }
        catch (JsonException)
        {
            // Not one of its own answers: the text itself says more.
        }

        throw new DcpException($"The orchestrator refused {response.RequestMessage?.Method} {response.RequestMessage?.RequestUri?.AbsolutePath} ({(int)response.StatusCode}): {message ?? text}");
    }
}
