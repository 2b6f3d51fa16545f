using System.CommandLine;
using System.Text.Json;
using MaintenanceWorker.Operations.Http;

namespace MaintenanceWorker.Cli;

/// <summary>Verbs for what was and is being done.</summary>
internal sealed class RunVerbs(CliSession session)
{
    /// <summary>What the verbs are called.</summary>
    public static IReadOnlyList<string> Names { get; } = ["runs", "run", "cancel-run"];

    public IEnumerable<Command> Create() => [List(), Show(), Cancel()];

    private Command List()
    {
        var operation = new Option<string>("--operation") { Description = "Only runs of this operation." };
        var state = new Option<string>("--state") { Description = "Only runs in this state." };
        state.AcceptOnlyFromAmong("queued", "running", "succeeded", "failed", "cancelled", "interrupted");
        var limit = new Option<int>("--limit") { Description = "How many, the newest first; 1 to 100. [default: 20]", DefaultValueFactory = _ => 20 };
        var command = new Command(Names[0], "List runs: what was done, by whom, and how it ended.") { operation, state, limit };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            session.ReadForWorker(parsed);
            var query = string.Join('&', new[] { ("operation", parsed.GetValue(operation)), ("state", parsed.GetValue(state)), ("limit", $"{parsed.GetValue(limit)}") }
                .Where(pair => pair.Item2 is not null).Select(pair => $"{pair.Item1}={Uri.EscapeDataString(pair.Item2!)}"));
            var page = await session.Worker.RunsAsync(query, cancellationToken);
            var rows = page.Items.Select(run => new RunRow(run.Id, run.Operation, run.State, run.RequestedBy, run.RequestedThrough, run.RequestedAt, run.Error ?? run.Summary ?? run.ProgressText));
            session.Show(session.IsJson ? JsonSerializer.SerializeToElement(page, OperationsJson.Default.RunPage) : JsonSerializer.SerializeToElement([.. rows], CliJson.Default.RunRowArray), null);
            return (int)ExitCode.Done;
        });
        return command;
    }

    private Command Show()
    {
        var id = new Argument<Guid>("id") { Description = "The run's id." };
        var follow = new Option<bool>("--follow") { Description = "Follow it to its end." };
        var command = new Command(Names[1], "Show a run and its log.") { id, follow };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            session.ReadForWorker(parsed);
            var run = parsed.GetValue(follow) ? await session.FollowAsync(parsed.GetValue(id), cancellationToken) : await session.Worker.RunAsync(parsed.GetValue(id), cancellationToken);
            if (!parsed.GetValue(follow))
                await session.WriteLogAsync(run.Id, cancellationToken);
            session.Show(JsonSerializer.SerializeToElement(run, OperationsJson.Default.RunView), null);
            return (int)CliSession.CodeOf(run);
        });
        return command;
    }

    private Command Cancel()
    {
        var id = new Argument<Guid>("id") { Description = "The run's id." };
        var command = new Command(Names[2], "Ask a run to end.") { id };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            session.ReadForWorker(parsed);
            var run = await session.Worker.CancelAsync(parsed.GetValue(id), cancellationToken);
            session.Show(JsonSerializer.SerializeToElement(run, OperationsJson.Default.RunView), run.State == "cancelled" ? "Cancelled before it began" : "It was asked to end");
            return (int)ExitCode.Done;
        });
        return command;
    }
}
