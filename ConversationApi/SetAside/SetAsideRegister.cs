using System.Diagnostics.Metrics;
using System.Security.Cryptography;
using System.Text;
using ConversationApi.Ingestion;
using ConversationApi.Ingestion.Parsing;
using ConversationApi.Paging;
using ConversationData.Connections;
using Npgsql;
using NpgsqlTypes;

namespace ConversationApi.SetAside;

/// <summary>Keeps mail that could not be read or stored, with the reason, until a person has it tried again or drops it.</summary>
internal sealed partial class SetAsideRegister(ConversationDataSource data, TimeProvider time, ILogger<SetAsideRegister> logger)
{
    /// <summary>The columns of a <see cref="SetAsideView"/>.</summary>
    public static readonly RowWriter Rows = new(
        ("id", ColumnKind.Uuid), ("source", ColumnKind.Text), ("external_id", ColumnKind.Text), ("received_at", ColumnKind.Time), ("problem_type", ColumnKind.Text),
        ("reason", ColumnKind.Text), ("body_length", ColumnKind.BigInteger), ("kept_length", ColumnKind.Integer), ("attempts", ColumnKind.Integer), ("last_attempt_at", ColumnKind.Time));

    /// <summary>What a cursor must fit.</summary>
    public const string ListName = "set-aside";

    private const int ShownBytes = 64 * 1024;
    private const int MaxReason = 2000;
    private static readonly Meter _meter = new("ConversationPlatform.Api.SetAside");
    private static readonly Counter<long> _counter = _meter.CreateCounter<long>("conversation_platform.mail.set_aside", "{message}", "Mail that was set aside, by its source.");

    /// <summary>Sets mail aside; the same mail again is only counted.</summary>
    /// <param name="source">postmark or gmail.</param>
    /// <param name="externalId">The source's id of it; where it is known, it says what the same mail is.</param>
    /// <param name="body">What came, or its beginning.</param>
    /// <param name="bodyLength">How many bytes came.</param>
    /// <param name="refusal">Why.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Its id.</returns>
    /// <exception cref="CommitInDoubtException">It may be kept; the same again is kept once.</exception>
    public async Task<Guid> AddAsync(string source, string? externalId, ReadOnlyMemory<byte> body, long bodyLength, MailOutcome refusal, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var id = await data.WriteAsync(SetAsideSql.Add,
        [
            new() { Value = Guid.CreateVersion7(now) }, new() { Value = source },
            new() { Value = SHA256.HashData(externalId is null ? body.Span : Encoding.UTF8.GetBytes(externalId)) },
            new() { Value = (object?)externalId ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
            new() { Value = refusal.Problem!.Uri }, new() { Value = Reason(refusal) },
            new NpgsqlParameter<ReadOnlyMemory<byte>> { TypedValue = body, NpgsqlDbType = NpgsqlDbType.Bytea }, new() { Value = bodyLength },
            new() { Value = MailAddresses.In(body.Span) }, new() { Value = now },
        ], async (command, token) => (Guid)(await command.ExecuteScalarAsync(token))!, cancellationToken);
        _counter.Add(1, new KeyValuePair<string, object?>("source", source));
        LogSetAside(source, id, refusal.Problem.Name);
        return id;
    }

    public async Task<PageResult<SetAsideView>> ListAsync(Guid? after, int limit, CancellationToken cancellationToken)
    {
        await using var command = data.Primary.CreateCommand(after is null ? SetAsideSql.First : SetAsideSql.Next);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit + 1 });
        if (after is { } id)
            command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
        return await PageResult<SetAsideView>.ReadAsync(command, Rows, limit, row => new Cursor(0, row.GetGuid(0)).Encode(ListName), cancellationToken);
    }

    public async Task<SetAsideDetails?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var command = data.Primary.CreateCommand(SetAsideSql.ById);
        command.Parameters.AddRange((NpgsqlParameter[])[new() { Value = id }, new() { Value = ShownBytes }]);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        return await row.ReadAsync(cancellationToken)
            ? new(new(row.GetGuid(0), row.GetString(1), row.IsDBNull(2) ? null : row.GetString(2), row.GetDateTime(3), row.GetString(4), row.GetString(5),
                row.GetInt64(6), row.GetInt32(7), row.GetInt32(8), row.GetDateTime(9)), Encoding.UTF8.GetString(row.GetFieldValue<byte[]>(10)))
            : null;
    }

    /// <summary>What came; not whole where it was too large.</summary>
    public async Task<(string Source, string? ExternalId, byte[] Body, bool Whole)?> ReadAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var command = data.Primary.CreateCommand(SetAsideSql.Body);
        command.Parameters.Add(new() { Value = id });
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        return await row.ReadAsync(cancellationToken) ? (row.GetString(0), row.IsDBNull(1) ? null : row.GetString(1), row.GetFieldValue<byte[]>(2), row.GetBoolean(3)) : null;
    }

    /// <summary>It was tried again, and is refused still.</summary>
    public Task FailedAsync(Guid id, MailOutcome refusal, CancellationToken cancellationToken) => data.WriteAsync(SetAsideSql.Failed,
        [new() { Value = id }, new() { Value = refusal.Problem!.Uri }, new() { Value = Reason(refusal) }, new() { Value = time.GetUtcNow() }], cancellationToken);

    /// <returns>False when it is not there.</returns>
    public async Task<bool> RemoveAsync(Guid id, CancellationToken cancellationToken) => await data.WriteAsync(SetAsideSql.Remove, [new() { Value = id }], cancellationToken) == 1;

    private static string Reason(MailOutcome refusal) => MailText.Cut((refusal.Detail ?? "").Replace('\0', '\uFFFD'), MaxReason);

    [LoggerMessage(LogLevel.Warning, "Mail from {Source} was set aside as {Id}: {Problem}")]
    private partial void LogSetAside(string source, Guid id, string problem);
}
