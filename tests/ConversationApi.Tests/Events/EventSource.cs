using Npgsql;

namespace ConversationApi.Tests.Events;

/// <summary>Writes events as the parts of the API do, in transactions of their own.</summary>
internal static class EventSource
{
    public const string Insert = "INSERT INTO conversation_events (kind, conversation_id, reason) VALUES ('failed', $1, $2)";

    public static async Task WriteAsync(this ApiServer api, string reason, Guid conversation = default)
    {
        await using var command = api.Database.CreateCommand(Insert);
        command.Parameters.Add(new() { Value = conversation });
        command.Parameters.Add(new() { Value = reason });
        await command.ExecuteNonQueryAsync();
    }

    public static async Task WriteAsync(this NpgsqlConnection connection, string reason)
    {
        await using var command = new NpgsqlCommand(Insert, connection);
        command.Parameters.Add(new() { Value = Guid.Empty });
        command.Parameters.Add(new() { Value = reason });
        await command.ExecuteNonQueryAsync();
    }
}
