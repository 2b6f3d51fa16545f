using MaintenanceWorker;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.Services.AddHostedService<StartNotice>();

var app = builder.Build();
app.MapDefaultEndpoints();
app.MapIdentity();
await app.RunAsync();
