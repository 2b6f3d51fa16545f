using System.CommandLine;
using ConversationData.Verification;
using Microsoft.Extensions.Options;
using MigrationRunner.Migrating;
using Npgsql;

namespace MigrationRunner.Commands;

/// <summary>The verbs. Whatever goes wrong ends in an exit code that is not 0, so that nothing starts on a broken schema.</summary>
internal static partial class MigrationCommands
{
    private const int Interrupted = 130;
    private static readonly string[] _printing = ["current", "history", "script", "verify"];

    /// <summary>What prints an answer keeps standard output for it: only warnings are logged, and what it waits for.</summary>
    public static IEnumerable<KeyValuePair<string, string?>> QuietWhenPrinting(string[] args) =>
        args.Any(_printing.Contains)
            ? [new("Logging:LogLevel:Default", "Warning"), new($"Logging:LogLevel:{typeof(DatabaseWaiter).FullName}", "Information"),
                new("Logging:Console:LogToStandardErrorThreshold", "Trace")]
            : [new("Logging:LogLevel:Microsoft", "Warning")];

    /// <summary>Runs the verb that the arguments name; without one, <c>upgrade</c>.</summary>
    public static async Task<int> RunAsync(IHost host, string[] args)
    {
        var logger = host.Services.GetRequiredService<ILoggerFactory>().CreateLogger("MigrationRunner");
        var commits = host.Services.GetRequiredService<MigrationCommits>();
        try
        {
            await host.StartAsync();
            // The host listens for signals: a second listener would cancel what the first has already ended and disposed of.
            var configuration = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
            var stopping = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
            var exit = await Create(host.Services).Parse(args).InvokeAsync(configuration, stopping);
            if (commits.Doubt is null)
                return exit;
            LogFailed(logger, commits.Doubt, null);
        }
        // Whatever came of it: a connection that is still in use, for one.
        catch (Exception) when (commits.Doubt is not null)
        {
            LogFailed(logger, commits.Doubt, null);
        }
        catch (Exception e) when (e is MigrationException or OptionsValidationException or InvalidOperationException
            or ConversationData.Roles.DatabaseNotPreparedException or ConversationData.Connections.CommitInDoubtException)
        {
            LogFailed(logger, e.Message, null);
        }
        catch (NpgsqlException e)
        {
            LogFailed(logger, e.Message, e);
        }
        catch (OperationCanceledException)
        {
            LogFailed(logger, "It was stopped before the end. What was not committed was taken back; 'current' shows where it stands.", null);
            return Interrupted;
        }
        finally
        {
            await host.StopAsync();
        }

        return 1;
    }

    private static RootCommand Create(IServiceProvider services)
    {
        var migrator = services.GetRequiredService<SchemaMigrator>();
        var root = new RootCommand("Brings the schema of the conversation database up, down, and shows where it stands.")
        {
            Upgrade(migrator), Downgrade(migrator), Current(migrator), History(migrator), Script(migrator),
            Verify(services.GetRequiredService<DatabaseWaiter>(), services.GetRequiredService<MigrationConnections>()),
        };
        root.SetAction(async (_, cancellationToken) =>
        {
            await migrator.UpgradeAsync(null, cancellationToken);
            return 0;
        });
        return root;
    }

    private static Command Upgrade(SchemaMigrator migrator)
    {
        var target = new Argument<string?>("target") { Arity = ArgumentArity.ZeroOrOne, Description = "The migration to stop at; all without it." };
        var command = new Command("upgrade", "Apply migrations (the default).") { target };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await migrator.UpgradeAsync(parsed.GetValue(target), cancellationToken);
            return 0;
        });
        return command;
    }

    private static Command Downgrade(SchemaMigrator migrator)
    {
        var target = new Argument<string>("target") { Description = "-1 for one step, the migration to stay at, or base for all." };
        var yes = new Option<bool>("--yes") { Description = "Yes, data may be dropped." };
        var command = new Command("downgrade", "Take migrations back.") { target, yes };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await migrator.DowngradeAsync(parsed.GetRequiredValue(target), parsed.GetValue(yes), cancellationToken);
            return 0;
        });
        return command;
    }

    private static Command Current(SchemaMigrator migrator)
    {
        var command = new Command("current", "Show the migration that the database is at.");
        command.SetAction(async (_, cancellationToken) =>
        {
            var state = await migrator.StateAsync(cancellationToken);
            Console.WriteLine(state.NameOf(state.Current) + (state.Current == state.Steps.Count - 1 ? " (head)" : ""));
            return 0;
        });
        return command;
    }

    private static Command History(SchemaMigrator migrator)
    {
        var command = new Command("history", "List the migrations and which are applied.");
        command.SetAction(async (_, cancellationToken) =>
        {
            var state = await migrator.StateAsync(cancellationToken);
            TextTable.Write(Console.Out, ["applied", "migration", "description"],
                [.. state.Steps.Select(step => new[] { state.Applied.Contains(step.Id) ? "yes" : "no", step.Id, step.Description }),
                 .. state.Unknown.Select(id => new[] { "yes", id, "(not known to this program, which is older)" })]);
            return 0;
        });
        return command;
    }

    private static Command Script(SchemaMigrator migrator)
    {
        var from = new Argument<string?>("from") { Arity = ArgumentArity.ZeroOrOne, Description = "The migration to start after; base without it." };
        var to = new Argument<string?>("to") { Arity = ArgumentArity.ZeroOrOne, Description = "The migration to end with; the newest without it." };
        var idempotent = new Option<bool>("--idempotent") { Description = "Make a script that runs on a database at any migration." };
        var command = new Command("script", "Print the SQL instead of running it.") { from, to, idempotent };
        command.SetAction(parsed =>
        {
            Console.WriteLine(migrator.Script(parsed.GetValue(from), parsed.GetValue(to), parsed.GetValue(idempotent)));
            return 0;
        });
        return command;
    }

    private static Command Verify(DatabaseWaiter waiter, MigrationConnections connections)
    {
        var command = new Command("verify", "Compare tables, indexes, extensions and privileges with the model.");
        command.SetAction(async (_, cancellationToken) =>
        {
            await using var answering = await waiter.OpenForReadingAsync(cancellationToken);
            var findings = await SchemaVerifier.VerifyAsync(connections.OwnerForReading, cancellationToken);
            TextTable.Write(Console.Out, ["result", "kind", "name", "detail"],
                findings.Select(f => new[] { f.Result.ToString().ToLowerInvariant(), f.Kind, f.Name, f.Detail }));
            var failed = findings.Count(f => f.Result == VerificationResult.Failed);
            Console.WriteLine(failed == 0 ? $"{findings.Count} checks, all passed." : $"{findings.Count} checks, {failed} failed.");
            return failed == 0 ? 0 : 1;
        });
        return command;
    }

    [LoggerMessage(LogLevel.Critical, "{Reason}")]
    private static partial void LogFailed(ILogger logger, string reason, Exception? exception);
}
