using ConversationApi.Conversations;
using ConversationData.Connections;
using Microsoft.AspNetCore.Mvc;
using Npgsql;
using ServiceDefaults.Problems;

namespace ConversationApi;

/// <summary>Exceptions that have a meaning for the client.</summary>
internal static class ExceptionProblems
{
    public static ProblemDetails? Describe(Exception exception) => exception switch
    {
        RefusedException e => Problem.Details(e.Problem, e.Message),
        ConversationGoneException => Problem.Details(ProblemTypes.NotFound, exception.Message),
        CommitInDoubtException => Problem.Details(ProblemTypes.CommitInDoubt, "It is not known whether this was done. Send the same request again."),
        PostgresException { IsTransient: false } => null,
        NpgsqlException or TimeoutException => Problem.Details(ProblemTypes.DatabaseUnavailable, "The database cannot be reached. Try again later."),
        _ => null,
    };
}
