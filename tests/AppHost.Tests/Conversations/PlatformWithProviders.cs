using System.Net.Http.Headers;
using System.Security.Cryptography;
using ProvidersForTests;

namespace AppHost.Tests.Conversations;

/// <summary>The whole platform, with loopback servers in the place of Postmark, Gmail and OpenAI.</summary>
public sealed class PlatformWithProviders : IAsyncLifetime
{
    private const string OpenAiKey = "key-of-a-test";
    private readonly string _credentials = Path.GetTempFileName();
    private IDistributedApplicationTestingBuilder? _builder;
    private DistributedApplication? _application;

    public DataFolder Data { get; } = new();

    public LoopbackPostmark Postmark { get; private set; } = null!;

    public LoopbackGmail Gmail { get; private set; } = null!;

    public LoopbackOpenAi OpenAi { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        (Postmark, Gmail, OpenAi) = (await LoopbackPostmark.StartAsync(), await LoopbackGmail.StartAsync(), await LoopbackOpenAi.StartAsync(OpenAiKey));
        await File.WriteAllTextAsync(_credentials, LoopbackGmail.AuthorisedUser);
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(4));
        _builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.AppHost>(
            [.. RunningPlatform.Arguments($"http://localhost:{RunningPlatform.FreePort()}", Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))), .. Data.Arguments,
                $"--Parameters:postmark-server-token={Postmark.Token}", $"--Parameters:mail-from={Postmark.Signature}", "--Parameters:mail-inbound-address=inbound@platform.example",
                $"--Parameters:openai-api-key={OpenAiKey}"], limit.Token);
        var api = _builder.CreateResourceBuilder(_builder.Resources.OfType<ProjectResource>().Single(resource => resource.Name == "api"));
        api.WithEnvironment("Postmark__BaseAddress", Postmark.Address.ToString())
            .WithEnvironment("OpenAI__BaseAddress", new Uri(OpenAi.Address, "/v1").ToString())
            .WithEnvironment("Gmail__CredentialsPath", _credentials).WithEnvironment("Gmail__BaseAddress", Gmail.Address.ToString())
            .WithEnvironment("Gmail__TokenEndpoint", Gmail.TokenEndpoint.ToString()).WithEnvironment("Gmail__PollInterval", "00:00:00.500")
            .WithEnvironment("Delivery__UndoFor", "00:00:01");
        _application = await _builder.BuildAsync(limit.Token);
        await _application.StartAsync(limit.Token);
        await _application.ResourceNotifications.WaitForResourceHealthyAsync("api", WaitBehavior.StopOnResourceUnavailable, limit.Token);
    }

    /// <summary>With the first API key.</summary>
    public HttpClient CreateClient()
    {
        var client = _application!.CreateHttpClient("api", "http");
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Data.Secret);
        return client;
    }

    /// <summary>As Postmark's webhook, with the password that stands in its address.</summary>
    public HttpClient CreateWebhook()
    {
        var client = _application!.CreateHttpClient("api", "http");
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"postmark:{Data.Secret}")));
        return client;
    }

    public async Task DisposeAsync()
    {
        if (_application is not null)
        {
            await _application.StopAsync();
            await _application.DisposeAsync();
        }

        if (_builder is not null)
        {
            await _builder.DisposeAsync();
        }

        await Task.WhenAll(Postmark.DisposeAsync().AsTask(), Gmail.DisposeAsync().AsTask(), OpenAi.DisposeAsync().AsTask());
        File.Delete(_credentials);
        Data.Dispose();
    }
}
