using ConversationData.Connections;
using ConversationData.Verification;
using MaintenanceWorker.Alerts;
using MaintenanceWorker.Erasures;
using MaintenanceWorker.HealthReport;
using MaintenanceWorker.Keys;
using MaintenanceWorker.Logging;
using MaintenanceWorker.Monitoring;
using MaintenanceWorker.Nodes;
using MaintenanceWorker.Operations;
using MaintenanceWorker.Operations.Http;
using MaintenanceWorker.Queries;
using MaintenanceWorker.Schedule;
using MaintenanceWorker.Sessions;
using MaintenanceWorker.Upkeep;
using MaintenanceWorker.Verification;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using ServiceDefaults.Problems;

namespace MaintenanceWorker;

/// <summary>What the worker is made of.</summary>
internal static class ApplicationServices
{
    /// <summary>What answers questions and does operations: the service has it, and the CLI where no service answers.</summary>
    public static IHostApplicationBuilder AddMaintenance(this IHostApplicationBuilder builder)
    {
        builder.AddServiceDefaults();
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.AddDatabase();
        builder.AddOperations();
        builder.AddKeys();
        builder.AddNodeOperations();
        builder.AddSessions();
        builder.AddUpkeep();
        builder.AddErasures();
        builder.AddHealthReport();
        builder.AddSchedule();
        builder.AddLogLevels();
        builder.Services.AddOperation<VerifyDatabase>("verify-database");
        builder.Services.AddSingleton<QueryExplainer>().AddOperation<ExplainQueries>("explain-queries");
        return builder;
    }

    /// <summary>What only the service has: its endpoints, and the work that goes on without being asked.</summary>
    public static WebApplicationBuilder AddService(this WebApplicationBuilder builder)
    {
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 64 * 1024;
        });
        builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, OperationsJson.Default));
        builder.AddProblems(OperationProblems.Describe);
        builder.Services.AddOpenApi("v1", openApi => openApi.AddDocumentTransformer<OpenApiSecurity>());
        builder.AddRunWorker();
        builder.AddScheduler();
        builder.AddMonitoring();
        builder.AddFindings();
        // A database that cannot be asked is what the worker is there for: it takes calls all the same.
        builder.AddPrerequisite("schema", async (services, token) =>
            await SchemaVersion.FindMissingAsync(services.GetRequiredService<ConversationDataSource>().PreferPrimary, token) is { } missing ? $"The migration {missing} has not been applied: run MigrationRunner." : null, HealthStatus.Degraded);
        return builder;
    }

    public static WebApplication MapService(this WebApplication app)
    {
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapDefaultEndpoints();
        app.MapIdentity();
        app.MapOpenApi().AllowAnonymous();
        app.MapOperationEndpoints();
        return app;
    }

    private static void AddDatabase(this IHostApplicationBuilder builder)
    {
        // Read here, so that a missing or broken setting stops the start and says so.
        var settings = ConversationConnectionString.Read(builder.Configuration);
        settings.ApplicationName = "MaintenanceWorker";
        builder.Services.AddSingleton(services => new ConversationDataSource(settings, services.GetRequiredService<ILoggerFactory>()));
    }
}
