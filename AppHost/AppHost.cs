using Aspire.Hosting;

var builder = DistributedApplication.CreateBuilder(args);
builder.Build().Run();
