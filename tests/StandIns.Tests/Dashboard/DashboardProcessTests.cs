using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using Aspire.Hosting.Dashboard;
using Microsoft.Extensions.Logging.Abstractions;
using StandIns.Tests.Orchestration;
using Xunit.Abstractions;

namespace StandIns.Tests.Dashboard;

public sealed class DashboardProcessTests(ITestOutputHelper output)
{
    [Fact]
    public async Task The_real_dashboard_lets_in_by_token_asks_for_the_resources_and_answers_telemetry_by_key()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var bundle = await RealBundle.Get();
        var resources = new FakeResources();
        await using var service = await ResourceService.StartAsync(resources, "resource key", NullLogger.Instance, limit.Token);
        var options = Options(service.Address);
        var watch = Stopwatch.StartNew();
        await using var dashboard = await DashboardProcess.StartAsync(bundle, options, NullLogger.Instance, limit.Token);
        output.WriteLine($"dashboard answers after {watch.ElapsedMilliseconds} ms");

        using var stranger = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = options.FrontendUrls[0] };
        using var refused = await stranger.GetAsync(new Uri("/", UriKind.Relative), limit.Token);
        Assert.Equal(HttpStatusCode.Redirect, refused.StatusCode);
        using var telemetryRefused = await stranger.GetAsync(new Uri("/api/telemetry/resources", UriKind.Relative), limit.Token);
        Assert.Equal(HttpStatusCode.Unauthorized, telemetryRefused.StatusCode);

        using var person = new HttpClient { BaseAddress = options.FrontendUrls[0] };
        using var page = await person.GetAsync(options.LoginUrl, limit.Token);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Equal("/", page.RequestMessage!.RequestUri!.AbsolutePath);

        using var sent = await SendLogAsync(stranger, options, limit.Token);
        Assert.Equal(HttpStatusCode.OK, sent.StatusCode);
        stranger.DefaultRequestHeaders.Add("x-api-key", options.TelemetryApiKey);
        var logs = "";
        while (!logs.Contains("hello from the test", StringComparison.Ordinal))
        {
            logs = await stranger.GetStringAsync(new Uri("/api/telemetry/logs", UriKind.Relative), limit.Token);
            await Task.Delay(50, limit.Token);
        }

        watch.Restart();
        await dashboard.DisposeAsync();
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(2), $"It took {watch.Elapsed}.");
        output.WriteLine($"dashboard ended after {watch.ElapsedMilliseconds} ms");
    }

    [Fact]
    public async Task A_taken_port_is_named_by_its_address()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var bundle = await RealBundle.Get();
        var options = Options(new Uri("http://127.0.0.1:9")) with { OtlpGrpcUrl = new Uri($"http://localhost:{((IPEndPoint)other.LocalEndpoint).Port}") };

        var failure = await Assert.ThrowsAsync<DashboardException>(() => DashboardProcess.StartAsync(bundle, options, NullLogger.Instance, CancellationToken.None));

        Assert.Contains($"cannot listen on http://localhost:{options.OtlpGrpcUrl.Port},", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failure.Message);
    }

    [Fact]
    public async Task Addresses_without_encryption_have_to_be_allowed()
    {
        var bundle = await RealBundle.Get();
        var options = Options(new Uri("http://127.0.0.1:9")) with { AllowUnsecured = false };
        var failure = await Assert.ThrowsAsync<DashboardException>(() => DashboardProcess.StartAsync(bundle, options, NullLogger.Instance, CancellationToken.None));
        Assert.Contains("ASPIRE_ALLOW_UNSECURED_TRANSPORT", failure.Message, StringComparison.Ordinal);
    }

    internal static DashboardOptions Options(Uri resourceService) => new()
    {
        FrontendUrls = [FreeAddress()],
        OtlpGrpcUrl = FreeAddress(),
        OtlpHttpUrl = FreeAddress(),
        ResourceServiceUrl = resourceService,
        ResourceServiceApiKey = "resource key",
        ApplicationName = "ConversationPlatform",
        BrowserToken = "browsertoken",
        OtlpApiKey = "otlp key",
        TelemetryApiKey = "telemetry key",
        AllowUnsecured = true,
    };

    private static Uri FreeAddress()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return new Uri($"http://localhost:{((IPEndPoint)probe.LocalEndpoint).Port}");
    }

    private static async Task<HttpResponseMessage> SendLogAsync(HttpClient http, DashboardOptions options, CancellationToken ct)
    {
        var body = JsonSerializer.Deserialize<JsonElement>(
            """
            {"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"api"}},{"key":"service.instance.id","value":{"stringValue":"abcdefgh"}}]},
             "scopeLogs":[{"scope":{"name":"test"},"logRecords":[{"timeUnixNano":"1790000000000000000","severityNumber":9,"body":{"stringValue":"hello from the test"}}]}]}]}
            """);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(options.OtlpHttpUrl!, "/v1/logs")) { Content = JsonContent.Create(body) };
        request.Headers.Add("x-otlp-api-key", options.OtlpApiKey);
        return await http.SendAsync(request, ct);
    }
}
