using Npgsql;

namespace MaintenanceWorker.Operations.Runs;

/// <summary>Tells a record that is away from one that refuses.</summary>
internal static class RecordFault
{
    /// <summary>Whether the same again may go well later.</summary>
    public static bool IsAway(Exception exception) => exception is TimeoutException or IOException
        || exception is NpgsqlException and not PostgresException
        || exception is PostgresException { SqlState: var state } && (state.StartsWith("57", StringComparison.Ordinal) || state.StartsWith("08", StringComparison.Ordinal)
            || state.StartsWith("53", StringComparison.Ordinal) || state == PostgresErrorCodes.ReadOnlySqlTransaction);
}
