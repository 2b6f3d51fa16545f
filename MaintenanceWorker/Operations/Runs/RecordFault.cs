using ConversationData.Connections;
using Npgsql;

namespace MaintenanceWorker.Operations.Runs;

/// <summary>Tells a record that is away from one that refuses.</summary>
internal static class RecordFault
{
    /// <summary>Whether the record could not be written, or has not confirmed that it was.</summary>
    public static bool Is(Exception exception) => exception is NpgsqlException or CommitInDoubtException or TimeoutException or IOException;

    /// <summary>Whether the same again may go well later.</summary>
    public static bool IsAway(Exception exception) => exception is TimeoutException or IOException or CommitInDoubtException
        || exception is NpgsqlException and not PostgresException
        || exception is PostgresException { SqlState: var state } && (state.StartsWith("57", StringComparison.Ordinal) || state.StartsWith("08", StringComparison.Ordinal)
            || state.StartsWith("53", StringComparison.Ordinal) || state == PostgresErrorCodes.ReadOnlySqlTransaction);
}
