using ConversationApi.Conversations;
using ConversationApi.Conversations.Changes;
using ConversationApi.Conversations.Links;
using ConversationApi.Database;
using ConversationApi.Delivery;
using ConversationApi.Delivery.Replies;
using ConversationApi.Events;
using ConversationApi.Gmail;
using ConversationApi.Idempotency;
using ConversationApi.Ingestion;
using ConversationApi.Ingestion.Postmark;
using ConversationApi.Keys;
using ConversationApi.Leads;
using ConversationApi.Logging;
using ConversationApi.Messages;
using ConversationApi.OpenAi;
using ConversationApi.RateLimiting;
using ConversationApi.Search;
using ConversationApi.SetAside;
using ConversationApi.SlowClients;
using ConversationApi.Statistics;
using ConversationApi.Suggestions;
using ConversationApi.Work;
using ConversationData;
using ConversationData.Connections;
using ConversationData.Operations.Keys;
using ConversationData.Operations.Settings;
using ConversationData.Verification;
using Microsoft.Extensions.DependencyInjection.Extensions;
using ServiceDefaults.Authentication;
using ServiceDefaults.Logging;
using ServiceDefaults.Problems;

namespace ConversationApi;

/// <summary>What the API is made of.</summary>
internal static class ApplicationServices
{
    private const long MaxRequestBodyBytes = 1024 * 1024;

    public static WebApplicationBuilder AddApplicationServices(this WebApplicationBuilder builder)
    {
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxRequestBodyBytes;
        });
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, ApiJson.Default);
            foreach (var converter in ApiJson.Default.Options.Converters)
                json.SerializerOptions.Converters.Add(converter);
        });
        builder.AddDatabase();
        builder.AddStaleReads();
        builder.AddProblems(ExceptionProblems.Describe);
        builder.Services.AddSingleton<ApiKeyRegister>();
        builder.AddApiKeys<KeyStore>();
        builder.Services.AddSingleton<LogLevelRegister>();
        builder.AddLogLevels<LogLevelSource>();
        builder.AddRateLimits();
        builder.AddSlowClientLimits();
        builder.AddWork();
        builder.AddIngestion();
        builder.AddEvents();
        builder.AddIdempotency();
        builder.AddDelivery();
        builder.AddOpenAi();
        builder.AddSearch();
        builder.AddSuggestions();
        builder.AddStatistics();
        builder.AddSetAside();
        builder.AddPostmarkInbound();
        builder.AddGmail();
        builder.AddLeads();
        builder.Services.AddScoped<ConversationReader>();
        builder.Services.AddSingleton<MessageReader>();
        builder.Services.AddSingleton<ConversationWriter>();
        builder.Services.AddSingleton<LinkWriter>();
        builder.Services.AddOpenApi("v1", openApi => openApi.AddDocumentTransformer<OpenApiSecurity>());
        return builder;
    }

    public static WebApplication MapApplicationEndpoints(this WebApplication app)
    {
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseRateLimiter();
        app.MapOpenApi().AllowAnonymous();
        var api = app.MapGroup("/api/v1").RequireScopes();
        api.MapConversations();
        api.MapMessages();
        api.MapConversationChanges();
        api.MapConversationLinks();
        api.MapReplies();
        api.MapDeliveries();
        api.MapIngestion();
        api.MapEvents();
        api.MapSuggestions();
        api.MapStatistics();
        api.MapSearch();
        api.MapPostmarkInbound();
        api.MapSetAside();
        api.MapGmail();
        api.MapLeads();
        api.MapKeys();
        return app;
    }

    private static void AddDatabase(this WebApplicationBuilder builder)
    {
        // Read here, so that a missing or broken setting stops the start and says so.
        var settings = ConversationConnectionString.Read(builder.Configuration);
        settings.ApplicationName ??= "ConversationApi";
        // Nothing here leaves anything behind in its session, and cleaning up after every use costs more than most queries.
        settings.NoResetOnClose = true;
        builder.Services.AddSingleton(services => new ConversationDataSource(settings, services.GetRequiredService<ILoggerFactory>()));
        builder.Services.AddDbContextPool<ConversationDbContext>((services, options) => options.UseConversations(services.GetRequiredService<ConversationDataSource>().Primary));
        // What passes is tried again where it is known to be safe, not blindly on every statement.
        builder.EnrichNpgsqlDbContext<ConversationDbContext>(settings => settings.DisableRetry = true);
        builder.AddPrerequisite("schema", async (services, token) =>
            await SchemaVersion.FindMissingAsync(services.GetRequiredService<ConversationDataSource>().PreferPrimary, token) is { } missing ? $"The migration {missing} has not been applied: run MigrationRunner." : null);
    }
}
