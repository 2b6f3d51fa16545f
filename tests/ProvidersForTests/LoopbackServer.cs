using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ProvidersForTests;

/// <summary>A provider on a free loopback port that speaks the real one's protocol, and fails when it is told to.</summary>
public abstract class LoopbackServer : IAsyncDisposable
{
    private readonly ConcurrentQueue<Fault> _faults = [];
    private readonly ConcurrentQueue<ProviderRequest> _requests = [];
    private readonly CancellationTokenSource _end = new();
    private WebApplication? _application;

    /// <summary>Where it listens.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>What it was asked, in order, whether it answered well or not.</summary>
    public IReadOnlyCollection<ProviderRequest> Requests => _requests;

    /// <summary>The next requests fail, one for each fault, in order.</summary>
    public void FailNext(params ReadOnlySpan<Fault> faults)
    {
        foreach (var fault in faults)
            _faults.Enqueue(fault);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        if (_application is not null)
            await _application.DisposeAsync();
        _end.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Cancelled when it is disposed of.</summary>
    protected CancellationToken Ending => _end.Token;

    /// <summary>Starts to listen.</summary>
    protected async Task ListenAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _application = builder.Build();
        _application.Run(HandleAsync);
        await _application.StartAsync();
        Address = new(_application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
    }

    /// <summary>Does what is asked.</summary>
    /// <returns>Status and JSON of the answer.</returns>
    protected abstract Task<(HttpStatusCode Status, string Json)> AnswerAsync(ProviderRequest request);

    private async Task HandleAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var request = new ProviderRequest(context.Request.Method, $"{context.Request.Path}{context.Request.QueryString}",
            context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase), await reader.ReadToEndAsync(_end.Token));
        _requests.Enqueue(request);
        Fault? fault = _faults.TryDequeue(out var next) ? next : null;
        switch (fault)
        {
            case Fault.Refused:
                context.Abort();
                return;
            case Fault.TooManyRequests:
                context.Response.Headers.RetryAfter = "1";
                await WriteAsync(context, HttpStatusCode.TooManyRequests, """{"error":{"message":"Too many requests"}}""");
                return;
            case Fault.ServerError:
                await WriteAsync(context, HttpStatusCode.InternalServerError, """{"error":{"message":"Our fault"}}""");
                return;
        }

        var (status, json) = await AnswerAsync(request);
        switch (fault)
        {
            case Fault.NoAnswer:
                await Task.Delay(Timeout.Infinite, CancellationTokenSource.CreateLinkedTokenSource(_end.Token, context.RequestAborted).Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                return;
            case Fault.CutMidBody:
                context.Response.ContentLength = Encoding.UTF8.GetByteCount(json);
                context.Response.ContentType = "application/json";
                await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(json).AsMemory(0, Encoding.UTF8.GetByteCount(json) / 2));
                await context.Response.Body.FlushAsync();
                context.Abort();
                return;
            case Fault.MalformedJson:
                await WriteAsync(context, status, "<html>{\"not\": json");
                return;
            default:
                await WriteAsync(context, status, json);
                return;
        }
    }

    private static async Task WriteAsync(HttpContext context, HttpStatusCode status, string body)
    {
        context.Response.StatusCode = (int)status;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(body);
    }
}
