using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using OperationsCatalogue;

namespace AppHost.Operations;

/// <summary>An operation as a command: asks the worker, follows what takes long to its end, and shows what came of it.</summary>
/// <param name="operation">What is asked for, with its default arguments.</param>
/// <param name="worker">Where the worker answers.</param>
/// <param name="apiKey">The key to call it with.</param>
internal sealed partial class OperationCommand(Operation operation, EndpointReference worker, ParameterResource apiKey)
{
    /// <summary>Whether it can be asked for: looking also while the worker says it is not healthy, since then one wants to look.</summary>
    public ResourceCommandState StateOf(UpdateCommandStateContext context)
    {
        var snapshot = context.ResourceSnapshot;
        var isAble = snapshot.HealthStatus is not HealthStatus.Unhealthy || operation.Effect is OperationEffect.Reads || operation.WorksWithoutDatabase;
        return snapshot.State?.Text == KnownResourceStates.Running && isAble ? ResourceCommandState.Enabled : ResourceCommandState.Disabled;
    }

    public async Task<ExecuteCommandResult> ExecuteAsync(ExecuteCommandContext context)
    {
        var cancellationToken = context.CancellationToken;
        using var http = context.ServiceProvider.GetRequiredService<IHttpClientFactory>().CreateClient();
        try
        {
            var client = await WorkerClient.ConnectAsync(http, worker, apiKey, cancellationToken);
            if (operation.IsAnsweredAtOnce)
            {
                var answer = await client.AnswerAsync(operation, cancellationToken);
                return Done(answer.Summary, answer.NeedsAttention, answer.Value);
            }

            // Not given up half-way: without its answer nobody would know whether it was begun.
            var run = await client.BeginAsync(operation, CancellationToken.None);
            LogRun(context.Logger, operation.Name, run.Id);
            return EndOf(operation.IsLong ? await FollowAsync(client, run, context) : run);
        }
        catch (WorkerException problem)
        {
            return CommandResults.Failure(problem.Message);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return CommandResults.Canceled();
        }
    }

    private static async Task<WorkerRun> FollowAsync(WorkerClient client, WorkerRun run, ExecuteCommandContext context)
    {
        try
        {
            return await new RunFollower(client, context.Logger).FollowAsync(run, context.CancellationToken);
        }
        catch (OperationCanceledException) when (context.CancellationToken.IsCancellationRequested)
        {
            await client.CancelAsync(run.Id, CancellationToken.None);
            LogCancel(context.Logger, run.Id);
            throw;
        }
        catch (WorkerException lost)
        {
            throw new WorkerException($"{lost.Message} Run {run.Id} may go on: 'dotnet run --project MaintenanceWorker -- run {run.Id}' shows it.", lost);
        }
    }

    private static ExecuteCommandResult EndOf(WorkerRun run) => run.State switch
    {
        "succeeded" => Done(run.Summary, run.NeedsAttention, run.Result),
        "cancelled" => CommandResults.Failure($"Run {run.Id} was cancelled by {run.CancelRequestedBy ?? "somebody"}."),
        _ => CommandResults.Failure(run.Error ?? $"Run {run.Id} is {run.State}."),
    };

    // The dashboard shows the message in a notification at most, so the result begins with it.
    private static ExecuteCommandResult Done(string? summary, bool needsAttention, JsonElement? result)
    {
        var message = $"{(string.IsNullOrEmpty(summary) ? "Done" : summary)}{(needsAttention ? ": needs attention" : "")}";
        var shown = $"**{MarkdownTable.Escaped(message)}**\n\n{(result is { } value ? MarkdownTable.Of(value) : "")}".TrimEnd();
        return CommandResults.Success(message, shown, CommandResultFormat.Markdown, displayImmediately: true);
    }

    [LoggerMessage(LogLevel.Information, "{Operation} is run {RunId}")]
    private static partial void LogRun(ILogger logger, string operation, Guid runId);

    [LoggerMessage(LogLevel.Information, "Run {RunId} was asked to end")]
    private static partial void LogCancel(ILogger logger, Guid runId);
}
