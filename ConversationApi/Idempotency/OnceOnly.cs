using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ConversationApi.Conversations;
using ConversationApi.Database;
using ConversationData.Connections;
using Npgsql;

namespace ConversationApi.Idempotency;

/// <summary>
/// Does a request in one transaction, and keeps its answer in the same one when the request has an Idempotency-Key: sent again, at once or
/// after a lost answer, it is answered the same and done no second time. What is refused leaves nothing behind, and may be tried again.
/// </summary>
internal sealed partial class OnceOnly(ConversationDataSource data, TimeProvider time, ILogger<OnceOnly> logger)
{
    private const int Attempts = 6;

    /// <summary>The same for a request with a body.</summary>
    public Task<RecordedAnswer> RunAsync<T>(HttpContext context, T body, JsonTypeInfo<T> type,
        Func<NpgsqlConnection, NpgsqlTransaction, CancellationToken, Task<RecordedAnswer>> work, CancellationToken cancellationToken) =>
        RunAsync(RequestKey.Of(context, context.Request.Headers.ContainsKey(RequestKey.Header) ? JsonSerializer.SerializeToUtf8Bytes(body, type) : []), work, cancellationToken);

    /// <summary>The same for a request without a body.</summary>
    public Task<RecordedAnswer> RunAsync(HttpContext context,
        Func<NpgsqlConnection, NpgsqlTransaction, CancellationToken, Task<RecordedAnswer>> work, CancellationToken cancellationToken) =>
        RunAsync(RequestKey.Of(context, []), work, cancellationToken);

    /// <param name="key">What the request goes by; null when it has no key.</param>
    /// <param name="work">Does it. Is called again when its transaction failed for something that passes, so it changes nothing but the database.</param>
    /// <param name="cancellationToken">Ends it before its commit, never during it.</param>
    /// <exception cref="CommitInDoubtException">It may be done. With a key the same request again finds out.</exception>
    public async Task<RecordedAnswer> RunAsync(
        RequestKey? key, Func<NpgsqlConnection, NpgsqlTransaction, CancellationToken, Task<RecordedAnswer>> work, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await TryAsync(key, work, cancellationToken);
            }
            catch (Exception e) when (attempt < Attempts && MayRepeat(e, key) && !cancellationToken.IsCancellationRequested)
            {
                LogAgain(e, attempt);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(5, 20) << Math.Min(attempt, 6)), time, cancellationToken);
        }
    }

    private async Task<RecordedAnswer> TryAsync(
        RequestKey? key, Func<NpgsqlConnection, NpgsqlTransaction, CancellationToken, Task<RecordedAnswer>> work, CancellationToken cancellationToken)
    {
        await using var write = await data.BeginWriteAsync(cancellationToken);
        var (connection, transaction) = write;
        if (key is not null && await FindAsync(transaction, key, cancellationToken) is { } known)
        {
            await using (var confirm = transaction.Command(IdempotencySql.Confirm))
                await confirm.ExecuteNonQueryAsync(cancellationToken);
            await write.CommitAsync();
            return known;
        }

        var answer = await work(connection, transaction, cancellationToken);
        if (key is not null)
            await using (var keep = transaction.Command(IdempotencySql.Answer, SqlValue.Text(key.Owner), SqlValue.Text(key.Key), SqlValue.Integer(answer.Status),
                SqlValue.Text(answer.Json), SqlValue.UuidOrNull(answer.Resource), SqlValue.BigInteger(answer.Version)))
                await keep.ExecuteNonQueryAsync(cancellationToken);
        await write.CommitAsync();
        return answer;
    }

    /// <returns>The answer that was given before; null when the key is ours now.</returns>
    private static async Task<RecordedAnswer?> FindAsync(NpgsqlTransaction transaction, RequestKey key, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(transaction.Connection, transaction);
        batch.Add(IdempotencySql.Take, SqlValue.Text(key.Owner), SqlValue.Text(key.Key), SqlValue.Bytes(key.Hash));
        batch.Add(IdempotencySql.Find, SqlValue.Text(key.Owner), SqlValue.Text(key.Key));
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        // Between the two it may have been forgotten for its age.
        if (!await reader.ReadAsync(cancellationToken))
            throw new TimeoutException("The answer of an old request was removed at this moment.");
        if (reader.IsDBNull(1))
            return null;
        if (!reader.GetFieldValue<byte[]>(0).AsSpan().SequenceEqual(key.Hash))
        {
            await reader.CloseAsync();
            // It was sent here, then where the redirect pointed, and is sent here again.
            if (key.Target is { } target && await IsMergedAsync(transaction, target, cancellationToken))
                throw new ConversationGoneException(target);
            throw new RefusedException(IdempotencyProblems.KeyReused, $"This {RequestKey.Header} was sent with another request before. Use a new one for each thing to do; use the same one only to send the same request again.");
        }

        return new(reader.GetInt16(1), reader.IsDBNull(2) ? null : reader.GetString(2), reader.IsDBNull(3) ? null : reader.GetGuid(3), reader.IsDBNull(4) ? null : reader.GetInt64(4)) { Again = true };
    }

    private static async Task<bool> IsMergedAsync(NpgsqlTransaction transaction, Guid conversation, CancellationToken cancellationToken)
    {
        await using var command = transaction.Command(IdempotencySql.IsMerged, SqlValue.Uuid(conversation));
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    // Before the commit nothing is done yet; whether it was done after all, only a key tells.
    private static bool MayRepeat(Exception e, RequestKey? key) => e switch
    {
        // One that waits would be waited for by the next attempt.
        CommitInDoubtException doubt => key is not null && doubt.Answer is null,
        PostgresException p => p.IsTransient || p.SqlState is PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure
            or PostgresErrorCodes.ReadOnlySqlTransaction or PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow,
        // Somebody who waited for half a minute is told so.
        NpgsqlException { InnerException: TimeoutException } => false,
        NpgsqlException or TimeoutException or IOException => true,
        _ => false,
    };

    [LoggerMessage(LogLevel.Debug, "A request's transaction failed at attempt {Attempt}; trying again")]
    private partial void LogAgain(Exception exception, int attempt);
}
