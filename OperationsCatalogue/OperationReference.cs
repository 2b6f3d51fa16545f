using System.Text;

namespace OperationsCatalogue;

/// <summary>Writes the reference: <c>docs/operations.md</c>.</summary>
public static class OperationReference
{
    /// <summary>What the CLI's exit codes mean.</summary>
    public const string ExitCodes = """
        Exit codes: 0 done; 1 done, and the result needs attention (alerts, failed checks); 2 wrong command line, nothing done;
        3 failed, cancelled or interrupted; 4 no worker or no database answers; 5 the key is missing or may not do this; 130 stopped by Ctrl+C.
        """;

    /// <summary>The reference as Markdown.</summary>
    /// <param name="operations">What it describes, in this order.</param>
    public static string Write(IReadOnlyList<Operation> operations)
    {
        ArgumentNullException.ThrowIfNull(operations);
        var text = new StringBuilder($$"""
            # Operations

            <!-- Generated: dotnet run --project MaintenanceWorker -- reference > docs/operations.md -->

            Everything that can be done to the platform. Each operation is a call under `/ops` of the worker, a verb of its command line, and, where marked
            with a star, a command of the worker in the dashboard.

            ```
            dotnet run --project MaintenanceWorker -- status
            curl -H "Authorization: Bearer $KEY" http://localhost:5181/ops/status
            ```

            What only reads is a GET and answers at once. What changes something is a POST with `{"arguments": {...}, "dryRun": false}` and is recorded: who, when,
            arguments, log, result. What takes long answers 202 with a run to follow: `GET /ops/runs/ID`, `GET /ops/runs/ID/log`, `POST /ops/runs/ID/cancel`;
            on the command line `runs`, `run ID --follow`, `cancel-run ID`. A run whose worker dies is marked `interrupted`. With an `Idempotency-Key` a call that is
            sent again is the same run. Arguments are written as on the command line: `15m`, `2026-01-31T08:00:00Z`, `true`.

            {{ExitCodes.ReplaceLineEndings("\n")}}

            | operation | what it does | key | in the guide |
            |---|---|---|---|

            """.ReplaceLineEndings("\n"));
        foreach (var operation in operations)
            text.Append($"| [{operation.Name}](#{operation.Name}){(operation.IsHighlighted ? " ★" : "")} | {operation.Summary} | {Scope(operation)} | {operation.GuideSection} |\n");
        foreach (var operation in operations)
            Write(text, operation);
        return text.ToString();
    }

    private static void Write(StringBuilder text, Operation operation)
    {
        var method = operation.IsAnsweredAtOnce ? "GET" : "POST";
        text.Append($"\n## {operation.Name}\n\n{operation.Summary}.");
        if (operation.Description.Length > 0)
            text.Append($" {operation.Description}");
        text.Append($"\n\n`{method} /ops/{operation.Name}` · {Scope(operation)} key · {(operation.Effect == OperationEffect.Reads ? "reads" : "changes")}");
        text.Append(operation.IsLong ? " · takes long" : "").Append(operation.IsExclusive ? " · one at a time" : "").Append(operation.SupportsDryRun ? " · dry run" : "");
        text.Append(operation.WorksWithoutDatabase ? " · works without the database" : "").Append($" · guide: {operation.GuideSection}\n");
        if (operation.ConfirmationMessage is not null)
            text.Append($"\nAsks first: {operation.ConfirmationMessage}\n");
        if (operation.Arguments.Count > 0)
            text.Append("\n| argument | type | default | |\n|---|---|---|---|\n");
        foreach (var argument in operation.Arguments)
            text.Append($"| `{argument.Name}` | {Type(argument)} | {(argument.IsRequired ? "required" : argument.Default is null ? "" : $"`{argument.Default}`")} | {argument.Description} |\n");
        text.Append("\n```\n").AppendJoin('\n', operation.Examples).Append("\n```\n");
    }

    private static string Scope(Operation operation) => operation.Scope == OperationScope.Read ? "read" : "admin";

    private static string Type(OperationArgument argument) => argument.Type switch
    {
        ArgumentType.Choice => string.Join(", ", argument.Choices.Select(choice => $"`{choice}`")),
        ArgumentType.Number when argument.Minimum is not null || argument.Maximum is not null => $"number {argument.Minimum}–{argument.Maximum}",
        var type => type.ToString().ToLowerInvariant(),
    };
}
