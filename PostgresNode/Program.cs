using PostgresNode.Cluster;
using PostgresNode.Configuration;
using PostgresNode.Control;
using PostgresNode.Processes;

var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
builder.AddServiceDefaults();
builder.Services.AddConfiguration();
builder.Services.AddProcesses();
builder.Services.AddCluster();
builder.Services.AddControl();

var app = builder.Build();
app.MapDefaultEndpoints();
app.MapControl();
await app.RunAsync();
