using MigrationRunner.Commands;
using MigrationRunner.Migrating;

var builder = Host.CreateApplicationBuilder();
builder.Configuration.AddInMemoryCollection(MigrationCommands.QuietWhenPrinting(args));
builder.Logging.AddSimpleConsole(console => console.SingleLine = true);
builder.AddServiceDefaults();
builder.AddMigrations();

using var host = builder.Build();
return await MigrationCommands.RunAsync(host, args);
