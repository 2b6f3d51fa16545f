using System.Text.Json;
using ConversationData.Connections;
using Npgsql;

namespace ConversationApi.Leads;

/// <summary>Removes all that is held of a lead, in one transaction.</summary>
internal sealed partial class LeadEraser(ConversationDataSource data, TimeProvider time, ILogger<LeadEraser> logger)
{
    private const int Attempts = 5;

    /// <summary>How many rows were removed, by what they were.</summary>
    /// <exception cref="CommitInDoubtException">The same again finds out.</exception>
    public async Task<Dictionary<string, long>> EraseAsync(string email, string by, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var write = await data.BeginWriteAsync(cancellationToken);
                var (connection, transaction) = write;
                await using var command = new NpgsqlCommand(LeadSql.Erase, connection, transaction) { CommandTimeout = 0 };
                var id = Guid.CreateVersion7(time.GetUtcNow());
                command.Parameters.AddRange((NpgsqlParameter[])[new() { Value = email }, new() { Value = by }, new() { Value = id }]);
                var counts = JsonSerializer.Deserialize((string)(await command.ExecuteScalarAsync(cancellationToken))!, ApiJson.Default.DictionaryStringInt64)!;
                await write.CommitAsync();
                LogErased(id, by);
                return counts;
            }
            catch (PostgresException e) when (attempt < Attempts && e.SqlState is PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure)
            {
                // Somebody works on a conversation of the lead.
                await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(20, 100) * attempt), time, cancellationToken);
            }
        }
    }

    [LoggerMessage(LogLevel.Information, "A lead was erased as {Id}, asked for by key {By}")]
    private partial void LogErased(Guid id, string by);
}
