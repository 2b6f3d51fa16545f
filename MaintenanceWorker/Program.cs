using MaintenanceWorker;
using MaintenanceWorker.Cli;

if (OperationCli.IsAsked(args))
{
    using var configuration = WebApplication.CreateBuilder().Configuration;
    return await OperationCli.RunAsync(args, configuration, Console.Out, Console.Error);
}

var builder = WebApplication.CreateBuilder(args);
builder.AddMaintenance();
builder.AddService();

var app = builder.Build();
app.MapService();
await app.RunAsync();
return 0;
