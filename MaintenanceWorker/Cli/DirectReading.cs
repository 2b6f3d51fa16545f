using ConversationData.Connections;
using MaintenanceWorker.Operations;
using Microsoft.Extensions.Options;
using Npgsql;
using OperationsCatalogue;

namespace MaintenanceWorker.Cli;

/// <summary>Does what only reads in this process, for when no worker is left.</summary>
internal static class DirectReading
{
    public static bool IsPossible(IConfiguration configuration) =>
        configuration.GetConnectionString(ConversationConnectionString.Name) is { Length: > 0 } || configuration["DATABASE_URL"] is { Length: > 0 };

    public static async Task<OperationAnswer> AnswerAsync(Operation operation, IReadOnlyDictionary<string, string> arguments, CancellationToken cancellationToken)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Configuration.AddInMemoryCollection([new("Logging:LogLevel:Default", "Error"), new("Logging:Console:LogToStandardErrorThreshold", "Trace")]);
        try
        {
            builder.AddMaintenance();
            using var host = builder.Build();
            var result = await host.Services.GetRequiredService<OperationRunner>().AnswerAsync(operation, new(operation, arguments), Environment.UserName, "cli", cancellationToken);
            return new(result.Value, result.Summary, result.NeedsAttention);
        }
        catch (Exception e) when (e is OperationFailedException or OptionsValidationException)
        {
            throw new CliException(ExitCode.Failed, e.Message);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or InvalidOperationException)
        {
            throw new CliException(ExitCode.Unreachable, $"The database cannot be read: {e.Message}");
        }
    }
}
