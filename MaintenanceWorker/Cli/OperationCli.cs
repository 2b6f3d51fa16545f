using System.CommandLine;
using OperationsCatalogue;

namespace MaintenanceWorker.Cli;

/// <summary>The command line: <c>dotnet run --project MaintenanceWorker -- status</c>. Without a verb the program is the service.</summary>
internal static class OperationCli
{
    private static readonly string[] _help = ["--help", "-h", "-?", "--version"];
    private static readonly string[] _options = ["--json", "--worker", "--direct"];
    private static readonly string[] _verbs = [.. Catalogue.Operations.Select(operation => operation.Name), .. RunVerbs.Names, Reference];
    private const string Reference = "reference";

    /// <summary>
    /// Whether the arguments are for the command line. The service takes only options of its own, such as <c>--urls</c>; those of the
    /// command line may stand before the verb, and where there is a verb somewhere nobody meant to start a service.
    /// </summary>
    public static bool IsAsked(string[] args) => args.Length > 0
        && (!args[0].StartsWith('-') || _help.Contains(args[0]) || _options.Contains(args[0].Split('=', ':')[0]) || args.Any(_verbs.Contains));

    /// <summary>Does what the arguments say.</summary>
    /// <returns>An <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(string[] args, IConfiguration configuration, TextWriter output, TextWriter error, CancellationToken cancellationToken = default)
    {
        using var session = new CliSession(configuration, output, error);
        var root = Create(session, output);
        try
        {
            var parsed = root.Parse(args);
            if (parsed.Errors.Count > 0)
            {
                foreach (var wrong in parsed.Errors)
                    await error.WriteLineAsync(wrong.Message);
                await error.WriteLineAsync($"'{(parsed.CommandResult.Command is RootCommand ? "" : parsed.CommandResult.Command.Name + " ")}--help' shows how it is called.");
                return (int)ExitCode.Usage;
            }

            return await parsed.InvokeAsync(new() { EnableDefaultExceptionHandler = false, Output = output, Error = error }, cancellationToken);
        }
        catch (CliException e)
        {
            await error.WriteLineAsync(e.Message);
            return (int)e.ExitCode;
        }
        catch (OperationCanceledException)
        {
            return (int)ExitCode.Stopped;
        }
    }

    private static RootCommand Create(CliSession session, TextWriter output)
    {
        var root = new RootCommand($"Runs the conversation platform's database. Speaks to a running worker.{Environment.NewLine}{Environment.NewLine}{OperationReference.ExitCodes}")
        {
            session.Json, session.Address, session.Direct,
        };
        var operations = new OperationVerbs(session);
        foreach (var operation in Catalogue.Operations)
            root.Subcommands.Add(operations.Create(operation));
        foreach (var command in new RunVerbs(session).Create())
            root.Subcommands.Add(command);
        var reference = new Command(Reference, "Print the reference of all operations as Markdown.");
        reference.SetAction(_ => output.Write(OperationReference.Write(Catalogue.Operations)));
        root.Subcommands.Add(reference);
        return root;
    }
}
