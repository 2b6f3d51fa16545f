using AppHost.Operations;
using AppHost.Postgres;
using AppHost.Postgres.Data;
using AppHost.Postgres.Health;
using AppHost.Postgres.Nodes;
using AppHost.Services;

var builder = DistributedApplication.CreateBuilder(args);

if (DataReset.IsAsked(args))
{
    return DataReset.Run(builder, args);
}

if (DataOwner.IsAsked(args))
{
    return DataOwner.Run(builder, args);
}

if (!builder.ConfigurationFits(args))
{
    return 1;
}

builder.AddComposeWhenPublished();

var postgres = builder.AddPostgresCluster("postgres");
var apiKey = builder.AddGeneratedSecret("api-key");
var replyTokenKey = builder.AddGeneratedSecret("reply-token-key");
var inboundSecret = builder.AddGeneratedSecret("postmark-inbound-secret");

var migrations = builder.AddProject<Projects.MigrationRunner>("migrations")
    .WithTelemetryThatNeverHoldsUp()
    .WithReference(postgres.ConnectionAs(PostgresRole.Owner), "conversations")
    .ComposedAsJob(postgres)
    .WaitForStart(postgres);

var api = builder.AddProject<Projects.ConversationApi>("api")
    .WithTelemetryThatNeverHoldsUp()
    .WithHttpHealthCheck("/health")
    .WithExternalHttpEndpoints()
    .BehindTlsWhenPublished()
    .WithReference(postgres.ConnectionAs(PostgresRole.App), "conversations")
    .WithEnvironment("ApiKeys__Bootstrap", apiKey)
    .WithEnvironment("Ingestion__ReplyTokenKey", replyTokenKey)
    .WithEnvironment("Postmark__InboundSecret", inboundSecret)
    .WithProviders()
    .ComposedAsService()
    .ComposedWithAddress()
    .WithPrintedAddress()
    .WaitForCompletion(migrations);

var worker = builder.AddProject<Projects.MaintenanceWorker>("worker")
    .WithTelemetryThatNeverHoldsUp()
    .WithHttpHealthCheck("/health")
    .WithReference(postgres.ConnectionAs(PostgresRole.Maintenance), "conversations")
    .WithReference(api)
    .WithNodeControl(postgres)
    .WithEnvironment("ApiKeys__Bootstrap", apiKey)
    .WithOperations(apiKey)
    .PublishedFrom("MaintenanceWorker/Dockerfile")
    .ComposedAsService()
    .WithPrintedAddress()
    .WaitForCompletion(migrations);

postgres.WithFindingsOf(worker, apiKey);

if (!builder.AddressesAreFree())
{
    return 1;
}

builder.StopServicesBefore(postgres);
using var application = builder.Build();
if (!builder.CanRunHere())
{
    return 1;
}

application.Run();
return Environment.ExitCode;
