using MaintenanceWorker;
using MaintenanceWorker.HealthReport;
using MaintenanceWorker.Monitoring;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.Services.AddHostedService<StartNotice>();
builder.AddMonitoring();
builder.AddHealthReport();

var app = builder.Build();
app.MapDefaultEndpoints();
app.MapIdentity();
await app.RunAsync();
