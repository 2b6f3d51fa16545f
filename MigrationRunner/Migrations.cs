using System.Diagnostics;

namespace MigrationRunner;

/// <summary>Brings the schema up to date.</summary>
internal sealed partial class Migrations(ILogger<Migrations> logger)
{
    private static readonly ActivitySource Source = new("ConversationPlatform.Migrations");

    public Task RunAsync(CancellationToken cancellationToken)
    {
        using var activity = Source.StartActivity("migrate");
        cancellationToken.ThrowIfCancellationRequested();
        LogNothingToDo();
        return Task.CompletedTask;
    }

    [LoggerMessage(LogLevel.Information, "There are no migrations yet: nothing to do")]
    private partial void LogNothingToDo();
}
