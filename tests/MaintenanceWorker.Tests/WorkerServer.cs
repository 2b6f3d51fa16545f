using System.Net.Http.Headers;
using ConversationData.Roles;
using MailForTests;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using PostgresForTests;

namespace MaintenanceWorker.Tests;

/// <summary>A worker on a free port over a database of its own, connected as role maintenance.</summary>
internal sealed class WorkerServer : IAsyncDisposable
{
    public const string BootstrapKey = "bootstrap-key-of-a-test-0123456789";
    private readonly WebApplicationFactory<Program> _factory;

    private WorkerServer(string connectionString, IEnumerable<(string Name, string? Value)> settings, Action<IServiceCollection>? configure)
    {
        ConnectionString = connectionString;
        Database = NpgsqlDataSource.Create(connectionString);
        _factory = new WebApplicationFactory<Program>().WithWebHostBuilder(web =>
        {
            web.UseUrls("http://127.0.0.1:0");
            web.UseSetting("ConnectionStrings:conversations", MigratedDatabase.As(connectionString, DatabaseRoles.Maintenance));
            web.UseSetting("ApiKeys:Bootstrap", BootstrapKey);
            web.UseSetting("Operations:Lease", "00:00:04");
            web.UseSetting("Operations:PollInterval", "00:00:00.100");
            foreach (var (name, value) in settings)
                web.UseSetting(name, value);
            web.ConfigureLogging(logging => logging.ClearProviders());
            if (configure is not null)
                web.ConfigureTestServices(configure);
        });
        _factory.UseKestrel();
        _factory.StartServer();
        Client = CreateClient(BootstrapKey);
    }

    /// <summary>The superuser's.</summary>
    public string ConnectionString { get; }

    /// <summary>Looks behind the worker.</summary>
    public NpgsqlDataSource Database { get; }

    /// <summary>Has the bootstrap key.</summary>
    public HttpClient Client { get; }

    public Uri Address => _factory.ClientOptions.BaseAddress;

    public IServiceProvider Services => _factory.Services;

    public static async Task<WorkerServer> StartAsync(PostgresServer server, params (string Name, string? Value)[] settings) =>
        Start(await MigratedDatabase.CreateAsync(server), settings);

    /// <summary>Another worker over the same database.</summary>
    public static WorkerServer Start(string connectionString, params (string Name, string? Value)[] settings) => new(connectionString, settings, null);

    /// <summary>A worker that is made of something else in part.</summary>
    public static WorkerServer Start(string connectionString, Action<IServiceCollection> configure, params (string Name, string? Value)[] settings) => new(connectionString, settings, configure);

    public HttpClient CreateClient(string? key)
    {
        var client = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromMinutes(1) };
        if (key is not null)
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return client;
    }

    public async Task<T> ScalarAsync<T>(string sql)
    {
        await using var command = Database.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _factory.DisposeAsync();
        await Database.DisposeAsync();
    }
}
