using MigrationRunner;

var builder = Host.CreateApplicationBuilder(args);
builder.AddServiceDefaults();
builder.Services.AddSingleton<Migrations>();

using var host = builder.Build();
return await host.RunOnceAsync<Migrations>((migrations, stopping) => migrations.RunAsync(stopping));
