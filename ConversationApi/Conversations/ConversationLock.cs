using ConversationApi.Database;
using ConversationData.Queries;
using Npgsql;

namespace ConversationApi.Conversations;

/// <summary>
/// Everything that changes a conversation takes its row first, and only then what hangs on it: its suggestions, its work, its messages,
/// in this order. Ingestion does the same, several conversations in the order of their ids.
/// </summary>
internal static class ConversationLock
{
    /// <exception cref="ConversationGoneException">There is none of that id.</exception>
    public static async Task<ConversationView> TakeAsync(NpgsqlTransaction transaction, Guid id, CancellationToken cancellationToken)
    {
        await using var command = transaction.Command(ConversationSql.Lock, SqlValue.Uuid(id));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? ConversationReader.View(reader) : throw new ConversationGoneException(id);
    }
}
