using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using PostgresForTests;

namespace MigrationRunner.Tests;

public sealed class RunTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task The_runner_ends_with_0_and_its_span_and_log_have_left()
    {
        var received = new ConcurrentDictionary<string, string>();
        await using var collector = await Collector(received);
        var (exit, output) = await Runner.RunAsync(await postgres.CreateDatabaseAsync(), [],
            ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Urls.First()), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"));

        Assert.True(exit == 0, output);
        Assert.Contains("ConversationPlatform.Migrations", received["/v1/traces"], StringComparison.Ordinal);
        Assert.Contains("MigrationRunner", received["/v1/traces"], StringComparison.Ordinal);
        Assert.Contains("upgrade 20261122090100_CreateConversationTables", received["/v1/traces"], StringComparison.Ordinal);
        Assert.Contains("Running upgrade", received["/v1/logs"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_cannot_start_ends_with_another_code_and_the_reason()
    {
        var (exit, output) = await Runner.RunAsync(postgres.Server.ConnectionString, [], ("Shutdown__Timeout", "never"));
        Assert.NotEqual(0, exit);
        Assert.Contains("Shutdown", output, StringComparison.Ordinal);
    }

    private static async Task<WebApplication> Collector(ConcurrentDictionary<string, string> received)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapPost("/v1/{signal}", async (HttpContext context) =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            received.AddOrUpdate(context.Request.Path, Encoding.UTF8.GetString(body.ToArray()), (_, before) => before + Encoding.UTF8.GetString(body.ToArray()));
        });
        await app.StartAsync();
        return app;
    }
}
