using System.Text.Json;
using ConversationData.Connections;
using MaintenanceWorker.Operations.Runs;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Npgsql;
using ServiceDefaults.Problems;

namespace MaintenanceWorker.Operations.Http;

/// <summary>What can go wrong with operations.</summary>
public static class OperationProblems
{
    /// <summary>The operation was begun and could not be done; <c>detail</c> says why and what to do.</summary>
    public static readonly ProblemType Failed = new("operation-failed", StatusCodes.Status409Conflict, "The operation failed");

    /// <summary>The Idempotency-Key belongs to another call.</summary>
    public static readonly ProblemType KeyReused = new("idempotency-key-reused", StatusCodes.Status422UnprocessableEntity, "This Idempotency-Key belongs to another call");

    /// <summary>Why a run did not end well.</summary>
    internal static ProblemHttpResult Of(string error) => Problem.Of(RunOutcome.IsOfDoubt(error) ? ProblemTypes.CommitInDoubt : Failed, error);

    internal static ProblemDetails? Describe(Exception exception) => exception switch
    {
        JsonException malformed => Problem.Details(ProblemTypes.MalformedJson,
            $"The body cannot be read at {malformed.Path ?? "$"}. It is an object such as {{\"arguments\": {{\"lock-timeout\": \"15m\"}}, \"dryRun\": true}}; each argument is a string."),
        OperationFailedException failed => Problem.Details(Failed, failed.Message),
        CommitInDoubtException => Problem.Details(ProblemTypes.CommitInDoubt, "It is not known whether this was done. Look at the result before you ask again."),
        PostgresException { IsTransient: false } refused => Problem.Details(Failed, $"PostgreSQL says: {refused.MessageText} ({refused.SqlState})."),
        NpgsqlException or TimeoutException => Problem.Details(ProblemTypes.DatabaseUnavailable, "The database cannot be reached. 'status' shows the nodes; try again later."),
        _ => null,
    };
}
