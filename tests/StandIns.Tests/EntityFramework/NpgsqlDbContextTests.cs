using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using StandIns.Tests.Pgvector;

namespace StandIns.Tests.EntityFramework;

public class NpgsqlDbContextTests(PostgresServer server) : IClassFixture<PostgresServer>
{
    private const string Section = "Aspire:Npgsql:EntityFrameworkCore:PostgreSQL";

    [Fact]
    public void Enriching_a_context_that_is_not_registered_says_so()
    {
        var refused = Assert.Throws<InvalidOperationException>(() => Host.CreateEmptyApplicationBuilder(null).EnrichNpgsqlDbContext<PlainContext>());
        Assert.Contains("PlainContext", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_context_without_a_connection_string_says_which_setting_is_missing()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.AddNpgsqlDbContext<PlainContext>("mail");
        using var host = builder.Build();
        using var scope = host.Services.CreateScope();
        var refused = Assert.Throws<InvalidOperationException>(scope.ServiceProvider.GetRequiredService<PlainContext>);
        Assert.Contains("ConnectionStrings:mail", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Settings_reach_the_context_and_health_follows_the_server(bool add)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration[$"{Section}:CommandTimeout"] = "17";
        builder.Configuration["ConnectionStrings:mail"] = server.ConnectionString;
        if (add)
        {
            builder.AddNpgsqlDbContext<PlainContext>("mail", settings => settings.DisableRetry = true);
        }
        else
        {
            builder.Services.AddDbContext<PlainContext>(options => options.UseNpgsql(server.ConnectionString));
            builder.EnrichNpgsqlDbContext<PlainContext>();
            builder.EnrichNpgsqlDbContext<PlainContext>();
        }

        using var host = builder.Build();
        using var scope = host.Services.CreateScope();
        var database = scope.ServiceProvider.GetRequiredService<PlainContext>().Database;
        Assert.Equal(17, database.GetCommandTimeout());
        Assert.Equal(!add, database.CreateExecutionStrategy().RetriesOnFailure);

        var report = await scope.ServiceProvider.GetRequiredService<HealthCheckService>().CheckHealthAsync();
        Assert.Equal("PlainContext", Assert.Single(report.Entries).Key);
        Assert.Equal(HealthStatus.Healthy, report.Status);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_unhealthy()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration["ConnectionStrings:mail"] = "Host=127.0.0.1;Port=1;Username=nobody;Database=none";
        builder.AddNpgsqlDbContext<PlainContext>("mail", settings => settings.DisableRetry = true);
        using var host = builder.Build();
        Assert.Equal(HealthStatus.Unhealthy, (await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Status);
    }
}
