using System.Data.Common;
using System.Net.Sockets;
using Npgsql;

namespace MaintenanceWorker.Monitoring.Servers;

/// <summary>What kept a server from answering.</summary>
/// <param name="Type">An SQLSTATE, <c>timeout</c> or <c>connection</c>: an attribute's value.</param>
/// <param name="Reason">One sentence for people, without anything secret.</param>
internal sealed record ServerFault(string Type, string Reason)
{
    /// <summary>Whether the exception is a server's doing, not ours.</summary>
    public static bool Is(Exception exception) => exception is DbException or IOException or SocketException or TimeoutException or InvalidCastException;

    public static ServerFault Of(Exception exception) => exception switch
    {
        PostgresException { SqlState: PostgresErrorCodes.TooManyConnections } => new(PostgresErrorCodes.TooManyConnections, "has no connection left for the worker"),
        PostgresException { SqlState: PostgresErrorCodes.CannotConnectNow } e => new(e.SqlState, $"lets nobody in yet: {e.MessageText}"),
        PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable } e => new(e.SqlState, "something is locked by a command such as VACUUM FULL or a migration"),
        PostgresException { SqlState: PostgresErrorCodes.QueryCanceled } e => new(e.SqlState, "took too long"),
        PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } e => new(e.SqlState, $"{e.MessageText}; the worker's role has to be a member of pg_monitor"),
        PostgresException e => new(e.SqlState, e.MessageText),
        { InnerException: TimeoutException } or TimeoutException => new("timeout", "gave no answer in time"),
        { InnerException: SocketException e } => new("connection", e.Message),
        _ => new("connection", exception.InnerException?.Message ?? exception.Message),
    };

    /// <summary>Whether a session ended that had waited in the pool: that says nothing of the server as it is now.</summary>
    public bool IsEndOfSession => Type is "connection" or PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or "57P05";

    /// <summary>Whether the server lacks something that it may go without, such as an extension or, before the first migration, a table.</summary>
    public bool IsAbsence => Type is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedFunction or PostgresErrorCodes.UndefinedObject
        or PostgresErrorCodes.InvalidSchemaName or PostgresErrorCodes.ObjectNotInPrerequisiteState;
}
