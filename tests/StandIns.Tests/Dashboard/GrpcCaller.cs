using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using Google.Protobuf;

namespace StandIns.Tests.Dashboard;

/// <summary>A gRPC client as small as the server that it tests.</summary>
internal sealed class GrpcCaller(Uri address, string key) : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = address, Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>The trailers' grpc-status of the last finished call.</summary>
    public string? Status { get; private set; }

    public string? Message { get; private set; }

    public async IAsyncEnumerable<T> CallAsync<T>(string method, IMessage request, MessageParser<T> parser, [EnumeratorCancellation] CancellationToken ct)
        where T : IMessage<T>
    {
        var body = new byte[5 + request.CalculateSize()];
        BinaryPrimitives.WriteUInt32BigEndian(body.AsSpan(1), (uint)(body.Length - 5));
        request.WriteTo(body.AsSpan(5));
        using var call = new HttpRequestMessage(HttpMethod.Post, $"/aspire.v1.DashboardService/{method}")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/grpc") } },
        };
        call.Headers.Add("x-resource-service-api-key", key);
        using var response = await _http.SendAsync(call, HttpCompletionOption.ResponseHeadersRead, ct);
        await using var stream = await response.Content.ReadAsStreamAsync(ct);
        var prefix = new byte[5];
        while (await stream.ReadAtLeastAsync(prefix, 5, throwOnEndOfStream: false, ct) == 5)
        {
            var message = new byte[BinaryPrimitives.ReadUInt32BigEndian(prefix.AsSpan(1))];
            await stream.ReadExactlyAsync(message, ct);
            yield return parser.ParseFrom(message);
        }

        Status = response.TrailingHeaders.GetValues("grpc-status").Single();
        Message = response.TrailingHeaders.TryGetValues("grpc-message", out var text) ? Uri.UnescapeDataString(text.Single()) : null;
    }

    public void Dispose() => _http.Dispose();
}
