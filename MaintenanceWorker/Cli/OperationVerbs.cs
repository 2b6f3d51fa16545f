using System.CommandLine;
using System.Text.Json;
using MaintenanceWorker.Operations.Http;
using OperationsCatalogue;

namespace MaintenanceWorker.Cli;

/// <summary>One verb an operation, made from the catalogue.</summary>
internal sealed class OperationVerbs(CliSession session)
{
    public Command Create(Operation operation)
    {
        var description = $"{operation.Summary}.{(operation.Description.Length > 0 ? " " + operation.Description : "")}{Environment.NewLine}Example: {operation.Examples[^1]}";
        var command = new Command(operation.Name, description);
        var options = operation.Arguments.Select(OptionOf).ToList();
        foreach (var option in options)
            command.Options.Add(option);
        var dryRun = new Option<bool>("--dry-run") { Description = "Only say what would be done." };
        var yes = new Option<bool>("--yes") { Description = "Yes, do it: do not ask." };
        var detach = new Option<bool>("--detach") { Description = "Do not follow the run; say its id and end." };
        if (operation.SupportsDryRun)
            command.Options.Add(dryRun);
        if (operation.ConfirmationMessage is not null)
            command.Options.Add(yes);
        if (operation.IsLong)
            command.Options.Add(detach);

        command.SetAction(async (parsed, cancellationToken) =>
        {
            var arguments = operation.Arguments.Zip(options, (argument, option) => (argument.Name, Value: ValueOf(parsed, option)))
                .Where(argument => argument.Value is not null).ToDictionary(argument => argument.Name, argument => argument.Value!);
            if (operation.Check(arguments) is { Count: > 0 } errors)
                throw new CliException(ExitCode.Usage, string.Join(Environment.NewLine, errors.Values));
            if (operation.IsAnsweredAtOnce)
            {
                session.Read(parsed);
                return await AnswerAsync(operation, arguments, cancellationToken);
            }

            session.ReadForWorker(parsed);
            var isDry = operation.SupportsDryRun && parsed.GetValue(dryRun);
            if (operation.ConfirmationMessage is { } question && !isDry && !parsed.GetValue(yes))
                session.Confirm(question);
            return await RunAsync(operation, arguments, isDry, operation.IsLong && parsed.GetValue(detach), cancellationToken);
        });
        return command;
    }

    private async Task<int> AnswerAsync(Operation operation, IReadOnlyDictionary<string, string> arguments, CancellationToken cancellationToken)
    {
        var answer = await session.AnswerAsync(operation, arguments, cancellationToken);
        session.Show(answer.Value, answer.Summary);
        return (int)(answer.NeedsAttention ? ExitCode.NeedsAttention : ExitCode.Done);
    }

    private async Task<int> RunAsync(Operation operation, IReadOnlyDictionary<string, string> arguments, bool dryRun, bool detach, CancellationToken cancellationToken)
    {
        var run = await session.Worker.RunAsync(operation, arguments, dryRun, cancellationToken);
        if (operation.IsLong && !detach)
            run = await session.FollowAsync(run.Id, cancellationToken);
        else if (operation.IsLong)
        {
            session.Show(JsonSerializer.SerializeToElement(run, OperationsJson.Default.RunView), $"Run {run.Id} is {run.State}; 'run {run.Id} --follow' follows it");
            return (int)ExitCode.Done;
        }

        return session.End(run);
    }

    private static Option OptionOf(OperationArgument argument)
    {
        var description = $"{argument.Description}.{(argument.Default is { } value ? $" [default: {value}]" : "")}";
        if (argument.Type == ArgumentType.Flag)
            return new Option<bool>($"--{argument.Name}") { Description = description, Arity = ArgumentArity.ZeroOrOne };
        var option = new Option<string>($"--{argument.Name}") { Description = description, Required = argument.IsRequired, HelpName = argument.Type.ToString().ToLowerInvariant() };
        if (argument.Choices.Count > 0)
            option.AcceptOnlyFromAmong([.. argument.Choices]);
        return option;
    }

    private static string? ValueOf(ParseResult parsed, Option option) =>
        parsed.GetResult(option) is null or { Implicit: true } ? null
        : option is Option<bool> flag ? parsed.GetValue(flag) ? "true" : "false"
        : parsed.GetValue((Option<string>)option);
}
