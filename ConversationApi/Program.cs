using ConversationApi;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddApplicationServices();

var app = builder.Build();
app.MapDefaultEndpoints();
app.MapIdentity();
app.MapApplicationEndpoints();
await app.RunAsync();
