using ConversationData.Connections;
using ConversationData.Work;
using Npgsql;
using NpgsqlTypes;

namespace ConversationApi.Work;

/// <summary>
/// Work that waits in the database. Any number of processes take from it; a claim is a lease, and what is not said to be done when it
/// ends comes back. What must be atomic with its result uses <see cref="WorkSql"/> in the same transaction.
/// </summary>
internal sealed class WorkQueue(ConversationDataSource data)
{
    private const int MaxErrorLength = 2000;

    /// <summary>Takes what is due, the longest waiting first.</summary>
    /// <param name="kind">What to do.</param>
    /// <param name="most">At most so many.</param>
    /// <param name="lease">After this long somebody else may take it.</param>
    /// <param name="cancellationToken">Ends the asking.</param>
    public async Task<IReadOnlyList<WorkItem>> ClaimAsync(WorkKind kind, int most, TimeSpan lease, CancellationToken cancellationToken)
    {
        var claim = Guid.NewGuid();
        var items = new List<WorkItem>();
        return await data.WriteAsync(WorkSql.Claim, [Of(kind), new() { Value = most }, new() { Value = lease }, new() { Value = claim }], async (command, token) =>
        {
            await using var reader = await command.ExecuteReaderAsync(token);
            while (await reader.ReadAsync(token))
                items.Add(new(reader.GetGuid(0), reader.GetGuid(1), reader.GetInt32(2), reader.GetBoolean(3), reader.IsDBNull(4) ? null : reader.GetString(4), claim));
            return items;
        }, cancellationToken);
    }

    /// <summary>How long until work is due: null when none waits, zero or less when it is.</summary>
    public async Task<TimeSpan?> NextDueAsync(WorkKind kind, CancellationToken cancellationToken)
    {
        await using var command = data.Primary.CreateCommand(WorkSql.NextDue);
        command.Parameters.Add(Of(kind));
        return await command.ExecuteScalarAsync(cancellationToken) is double seconds ? TimeSpan.FromSeconds(seconds) : null;
    }

    /// <summary>It is done.</summary>
    public Task CompleteAsync(WorkKind kind, IReadOnlyCollection<WorkItem> items, CancellationToken cancellationToken) =>
        SayAsync(WorkSql.Complete, kind, items, cancellationToken);

    /// <summary>It failed, and may succeed later.</summary>
    public Task RetryAsync(WorkKind kind, IReadOnlyCollection<WorkItem> items, TimeSpan after, string error, CancellationToken cancellationToken) =>
        SayAsync(WorkSql.Retry, kind, items, cancellationToken, new() { Value = after }, Error(error));

    /// <summary>It failed for good.</summary>
    public Task GiveUpAsync(WorkKind kind, IReadOnlyCollection<WorkItem> items, string error, CancellationToken cancellationToken) =>
        SayAsync(WorkSql.GiveUp, kind, items, cancellationToken, Error(error));

    /// <summary>It was not begun; anybody may take it.</summary>
    public Task ReleaseAsync(WorkKind kind, IReadOnlyCollection<WorkItem> items, CancellationToken cancellationToken) =>
        SayAsync(WorkSql.Release, kind, items, cancellationToken);

    private async Task SayAsync(string sql, WorkKind kind, IReadOnlyCollection<WorkItem> items, CancellationToken cancellationToken, params NpgsqlParameter[] more)
    {
        foreach (var group in items.GroupBy(item => item.Claim))
        {
            NpgsqlParameter[] parameters = [Of(kind), new() { Value = group.Select(item => item.MessageId).ToArray() }, new() { Value = group.Key }, .. more.Select(p => p.Clone())];
            await data.WriteAsync(sql, parameters, cancellationToken);
        }
    }

    private static NpgsqlParameter<WorkKind> Of(WorkKind kind) => new() { TypedValue = kind };

    private static NpgsqlParameter Error(string error) =>
        new() { Value = (error.Length > MaxErrorLength ? error[..MaxErrorLength] : error).Replace('\0', ' '), NpgsqlDbType = NpgsqlDbType.Text };
}
