using AppHost.Services;

var builder = DistributedApplication.CreateBuilder(args);

var migrations = builder.AddProject<Projects.MigrationRunner>("migrations")
    .WithTelemetryThatNeverHoldsUp();

var api = builder.AddProject<Projects.ConversationApi>("api")
    .WithTelemetryThatNeverHoldsUp()
    .WithHttpHealthCheck("/health")
    .WithExternalHttpEndpoints()
    .WaitForCompletion(migrations);

var worker = builder.AddProject<Projects.MaintenanceWorker>("worker")
    .WithTelemetryThatNeverHoldsUp()
    .WithHttpHealthCheck("/health")
    .WithReference(api)
    .WaitForCompletion(migrations);

if (!builder.AddressesAreFree())
{
    return 1;
}

builder.PrintAddressesOf(api, worker);
builder.Build().Run();
return Environment.ExitCode;
