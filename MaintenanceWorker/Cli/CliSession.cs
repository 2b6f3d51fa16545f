using System.CommandLine;
using System.Text.Json;
using MaintenanceWorker.Operations.Http;
using OperationsCatalogue;

namespace MaintenanceWorker.Cli;

/// <summary>What the verbs share: who to ask, and how to show what comes back.</summary>
internal sealed class CliSession(IConfiguration configuration, TextWriter output, TextWriter error) : IDisposable
{
    private static readonly JsonSerializerOptions _indented = new(CliJson.Default.Options) { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private OperationsClient? _worker;
    private bool _direct;
    private string? _asked;

    public Option<bool> Json { get; } = new("--json") { Description = "Print JSON, nothing else.", Recursive = true };

    public Option<string> Address { get; } = new("--worker") { Description = "The worker's address. [default: Worker:Address, or http://localhost:5181]", Recursive = true, HelpName = "url" };

    public Option<bool> Direct { get; } = new("--direct") { Description = "Read straight from the database (ConnectionStrings:conversations) instead of asking a worker; only for what reads.", Recursive = true };

    public bool IsJson { get; private set; }

    public OperationsClient Worker => _worker ??= new(WorkerAddress.Find(configuration, _asked));

    public void Read(ParseResult parsed)
    {
        IsJson = parsed.GetValue(Json);
        _direct = parsed.GetValue(Direct);
        _asked = parsed.GetValue(Address);
    }

    /// <summary>The same for a verb that only a worker can do.</summary>
    /// <exception cref="CliException">It was to be done without one.</exception>
    public void ReadForWorker(ParseResult parsed)
    {
        Read(parsed);
        if (_direct)
            throw new CliException(ExitCode.Usage, $"--direct reads straight from the database, but '{parsed.CommandResult.Command.Name}' is done or known by a worker. Leave --direct out.");
    }

    /// <summary>Asks the worker; where none answers and the database is configured, reads from it.</summary>
    public async Task<OperationAnswer> AnswerAsync(Operation operation, IReadOnlyDictionary<string, string> arguments, CancellationToken cancellationToken)
    {
        if (_direct)
            return await DirectReading.AnswerAsync(operation, arguments, cancellationToken);
        try
        {
            return await Worker.AnswerAsync(operation, arguments, cancellationToken);
        }
        catch (CliException e) when (e.ExitCode == ExitCode.Unreachable && _asked is null && DirectReading.IsPossible(configuration))
        {
            await error.WriteLineAsync($"{e.Message} Reading straight from the database.");
            return await DirectReading.AnswerAsync(operation, arguments, cancellationToken);
        }
    }

    public Task<RunView> FollowAsync(Guid id, CancellationToken cancellationToken) =>
        new TerminalFollower(Worker, error, !Console.IsErrorRedirected).FollowAsync(id, cancellationToken);

    public async Task WriteLogAsync(Guid id, CancellationToken cancellationToken)
    {
        await foreach (var line in Worker.LogAsync(id, 0, cancellationToken))
            await error.WriteLineAsync($"{line.LoggedAt:HH:mm:ss} {line.Message}");
    }

    /// <summary>Asks a person; where there is none, refuses.</summary>
    public void Confirm(string question)
    {
        if (Console.IsInputRedirected)
            throw new CliException(ExitCode.Usage, $"{question} Say --yes to do it.");
        error.Write($"{question} Go on? [y/N] ");
        if (Console.ReadLine()?.Trim() is not ("y" or "Y" or "yes"))
            throw new CliException(ExitCode.Usage, "Nothing was done.");
    }

    /// <summary>Shows the end of a run.</summary>
    public int End(RunView run)
    {
        if (IsJson)
            Show(JsonSerializer.SerializeToElement(run, OperationsJson.Default.RunView), null);
        else if (run.Result is { } result)
            Show(result, run.Summary);
        if (run.Error is not null)
            throw new CliException(ExitCode.Failed, run.Error);
        return (int)CodeOf(run);
    }

    public static ExitCode CodeOf(RunView run) => run.State switch
    {
        "failed" or "cancelled" or "interrupted" => ExitCode.Failed,
        _ => run.NeedsAttention ? ExitCode.NeedsAttention : ExitCode.Done,
    };

    public void Show(JsonElement value, string? summary)
    {
        if (IsJson)
        {
            output.WriteLine(JsonSerializer.Serialize(value, _indented));
            return;
        }

        JsonTable.Write(output, value);
        if (summary is not null)
            error.WriteLine($"{summary}.");
    }

    public void Dispose() => _worker?.Dispose();
}
