using System.Net;
using System.Security.Cryptography;
using System.Text;
using Aspire.Hosting.Dashboard.Proto;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Dashboard;

/// <summary>What the dashboard calls: aspire.v1.DashboardService on a free loopback port, for those who know the key.</summary>
internal sealed partial class ResourceService : IAsyncDisposable
{
    private const string KeyHeader = "x-resource-service-api-key", Prefix = "/aspire.v1.DashboardService/";
    private readonly IDashboardResources _resources;
    private readonly ILogger _logger;
    private readonly byte[] _key;
    private readonly WebApplication _app;

    private ResourceService(IDashboardResources resources, string apiKey, ILogger logger)
    {
        _resources = resources;
        _logger = logger;
        _key = Encoding.UTF8.GetBytes(apiKey);

        // Empty: no configuration of this process's application, above all no ASPNETCORE_URLS, may reach it.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            // A stream stays open for hours; the minimum rate is meant for uploads.
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
        });
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.AddSingleton<ILoggerProvider>(new QuietLogging(logger));
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(1));
        _app = builder.Build();
        _app.Run(HandleAsync);
    }

    /// <summary>Where it listens, with its port.</summary>
    public Uri Address { get; private set; } = new("http://127.0.0.1");

    public static async Task<ResourceService> StartAsync(IDashboardResources resources, string apiKey, ILogger logger, CancellationToken ct)
    {
        var service = new ResourceService(resources, apiKey, logger);
        await service._app.StartAsync(ct);
        service.Address = new Uri(service._app.Urls.Single());
        return service;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private async Task HandleAsync(HttpContext context)
    {
        var request = context.Request;
        if (request.Path.Value?.StartsWith(Prefix, StringComparison.Ordinal) != true || !HttpMethods.IsPost(request.Method))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        context.Response.ContentType = "application/grpc";
        if (!CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(request.Headers[KeyHeader].ToString()), _key))
        {
            await GrpcFrames.EndAsync(context.Response, GrpcFrames.Unauthenticated, $"The header {KeyHeader} is missing or wrong.");
            return;
        }

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _app.Lifetime.ApplicationStopping);
        var (status, message) = (GrpcFrames.Ok, "");
        try
        {
            await AnswerAsync(request.Path.Value[Prefix.Length..], context, ending.Token);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            (status, message) = (GrpcFrames.Unavailable, "The application stops.");
        }
        catch (Exception unreadable) when (unreadable is InvalidDataException or InvalidProtocolBufferException)
        {
            (status, message) = (GrpcFrames.InvalidArgument, unreadable.Message);
        }
        catch (Exception failure)
        {
            LogFailure(_logger, request.Path.Value, failure);
            (status, message) = (GrpcFrames.Internal, failure.Message);
        }

        if (!context.RequestAborted.IsCancellationRequested)
        {
            await GrpcFrames.EndAsync(context.Response, status, message);
        }
    }

    private async Task AnswerAsync(string method, HttpContext context, CancellationToken ct)
    {
        var (body, response) = (context.Request.BodyReader, context.Response);
        switch (method)
        {
            case "GetApplicationInformation":
                await GrpcFrames.WriteAsync(response, new ApplicationInformationResponse { ApplicationName = _resources.ApplicationName }, ct);
                break;

            case "WatchResources":
                var first = true;
                await foreach (var resources in _resources.WatchAsync(ct).WithCancellation(ct))
                {
                    await GrpcFrames.WriteAsync(response, first ? ResourceMessages.Everything(resources) : ResourceMessages.Changes(resources), ct);
                    first = false;
                }

                break;

            case "WatchResourceConsoleLogs":
                var logs = await RequestAsync(body, WatchResourceConsoleLogsRequest.Parser, ct);
                await response.StartAsync(ct);
                await foreach (var lines in _resources.WatchLogsAsync(logs.ResourceName, !logs.SuppressFollow, ct).WithCancellation(ct))
                {
                    await GrpcFrames.WriteAsync(response, ResourceMessages.Lines(lines), ct);
                }

                break;

            case "ExecuteResourceCommand":
                var command = await RequestAsync(body, ResourceCommandRequest.Parser, ct);
                await GrpcFrames.WriteAsync(response, ResourceMessages.Response(await ExecuteAsync(command, ct)), ct);
                break;

            case "WatchInteractions":
                // Nothing is ever asked of the user this way, but the dashboard keeps calling until the stream stays open.
                await response.StartAsync(ct);
                await Task.Delay(Timeout.Infinite, ct);
                break;

            default:
                throw new InvalidDataException($"There is no method {method}.");
        }
    }

    private async Task<DashboardCommandResult> ExecuteAsync(ResourceCommandRequest command, CancellationToken ct)
    {
        try
        {
            return await _resources.ExecuteCommandAsync(command.ResourceName, command.CommandName, ct);
        }
        catch (Exception failure) when (!ct.IsCancellationRequested)
        {
            LogCommandFailure(_logger, command.CommandName, command.ResourceName, failure);
            return new DashboardCommandResult(false, failure.Message);
        }
    }

    private static async Task<T> RequestAsync<T>(System.IO.Pipelines.PipeReader body, MessageParser<T> parser, CancellationToken ct)
        where T : class, IMessage<T> =>
        await GrpcFrames.ReadAsync(body, parser, ct) ?? throw new InvalidDataException("The request is empty.");

    [LoggerMessage(LogLevel.Warning, "The dashboard's call {Method} failed")]
    private static partial void LogFailure(ILogger logger, string method, Exception failure);

    [LoggerMessage(LogLevel.Warning, "The command {Command} of {Resource} failed")]
    private static partial void LogCommandFailure(ILogger logger, string command, string resource, Exception failure);

    /// <summary>Ctrl+C belongs to the application; this server stops when it is told to.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    /// <summary>Passes on what the web server has to complain about, nothing else.</summary>
    private sealed class QuietLogging(ILogger logger) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning && logger.IsEnabled(logLevel);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                logger.Log(logLevel, eventId, state, exception, formatter);
            }
        }

        public void Dispose()
        {
        }
    }
}
