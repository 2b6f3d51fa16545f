using System.Net.Http.Headers;
using ConversationData.Roles;
using MailForTests;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using PostgresForTests;
using ServiceDefaults.Authentication;

namespace ConversationApi.Tests;

/// <summary>The API on a free port over a database of its own, connected as app_user.</summary>
internal sealed class ApiServer : IAsyncDisposable
{
    public const string BootstrapKey = "bootstrap-key-of-a-test-0123456789";
    public const string TokenKey = "reply-token-key-of-a-test-0123456789";
    private readonly WebApplicationFactory<Program> _factory;

    private ApiServer(string connectionString, IReadOnlyDictionary<string, string?> settings, Action<IServiceCollection>? configure = null)
    {
        ConnectionString = connectionString;
        Database = NpgsqlDataSource.Create(connectionString);
        _factory = new WebApplicationFactory<Program>().WithWebHostBuilder(web =>
        {
            web.UseUrls("http://127.0.0.1:0");
            web.UseSetting("ConnectionStrings:conversations", MigratedDatabase.As(connectionString, DatabaseRoles.Application));
            web.UseSetting("ApiKeys:Bootstrap", BootstrapKey);
            web.UseSetting("Ingestion:ReplyTokenKey", TokenKey);
            foreach (var limit in new[] { "Read", "Regenerate", "Send" })
                web.UseSetting($"RateLimits:{limit}", "0");
            web.UseSetting("Delivery:Folder", MailFolder);
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

    /// <summary>Where mail goes that no provider takes.</summary>
    public string MailFolder { get; } = Path.Combine(Path.GetTempPath(), $"mail-of-a-test-{Guid.NewGuid():N}");

    /// <summary>The superuser's.</summary>
    public string ConnectionString { get; }

    /// <summary>Looks behind the API.</summary>
    public NpgsqlDataSource Database { get; }

    /// <summary>Has the bootstrap key.</summary>
    public HttpClient Client { get; }

    public static async Task<ApiServer> StartAsync(PostgresServer server, params (string Name, string? Value)[] settings) =>
        Start(await MigratedDatabase.CreateAsync(server), settings);

    /// <summary>Another replica over the same database.</summary>
    public static ApiServer Start(string connectionString, params (string Name, string? Value)[] settings) =>
        new(connectionString, Last(settings));

    /// <summary>An API that is made of something else in part.</summary>
    public static ApiServer Start(string connectionString, Action<IServiceCollection> configure, params (string Name, string? Value)[] settings) =>
        new(connectionString, Last(settings), configure);

    /// <summary>What is said last counts.</summary>
    private static Dictionary<string, string?> Last((string Name, string? Value)[] settings) => settings.GroupBy(s => s.Name).ToDictionary(group => group.Key, group => group.Last().Value);

    public HttpClient CreateClient(string? key)
    {
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = _factory.ClientOptions.BaseAddress, Timeout = TimeSpan.FromMinutes(1) };
        if (key is not null)
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return client;
    }

    /// <summary>What the API is made of.</summary>
    public IServiceProvider Services => _factory.Services;

    /// <summary>What is mapped.</summary>
    public IEnumerable<RouteEndpoint> Endpoints() => _factory.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();

    /// <summary>The scope that each named endpoint asks for; without one it is admin.</summary>
    public IReadOnlyDictionary<string, AccessScope> Scopes() => Endpoints().Where(e => e.Metadata.GetMetadata<IEndpointNameMetadata>() is not null).ToDictionary(
        e => e.Metadata.GetMetadata<IEndpointNameMetadata>()!.EndpointName, e => e.Metadata.GetMetadata<RequiredScope>()?.Scope ?? AccessScope.Admin);

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
        if (Directory.Exists(MailFolder))
            Directory.Delete(MailFolder, recursive: true);
    }
}
