using System.Runtime.Versioning;
using PostgresNode.Cluster;
using PostgresNode.Configuration;
using PostgresNode.Control;
using PostgresNode.Processes;

[assembly: UnsupportedOSPlatform("windows")]

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.Services.AddConfiguration();
builder.Services.AddProcesses();
builder.Services.AddCluster();
builder.Services.AddControl();

var app = builder.Build();
app.MapDefaultEndpoints();
app.MapControl();
await app.RunAsync();
