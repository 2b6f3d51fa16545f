using System.Globalization;
using Microsoft.Extensions.Options;
using Npgsql;
using NpgsqlTypes;
using PostgresNode.Configuration;
using PostgresNode.Roles;

namespace PostgresNode.Timelines;

/// <summary>The way that a primary's data went.</summary>
/// <param name="SystemIdentifier">Its cluster.</param>
/// <param name="Timeline">Its timeline.</param>
/// <param name="Lsn">How far it is.</param>
/// <param name="Forks">Where it left each of the timelines before its own.</param>
internal sealed record History(string SystemIdentifier, uint Timeline, NpgsqlLogSequenceNumber Lsn, IReadOnlyDictionary<uint, NpgsqlLogSequenceNumber> Forks);

/// <summary>Asks a primary for its history.</summary>
internal sealed class PrimaryHistory(IOptions<PostgresNodeOptions> options)
{
    /// <summary>Where the primary is and how it came there.</summary>
    public Task<History> ReadAsync(PeerOptions primary, CancellationToken cancellationToken) => AskAsync(primary, async connection =>
    {
        var system = await connection.QueryAsync<string>("SELECT system_identifier::text FROM pg_control_system()", cancellationToken);
        var timeline = await connection.QueryAsync<string>("SELECT substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)", cancellationToken);
        var lsn = await connection.QueryAsync<string>("SELECT pg_current_wal_lsn()::text", cancellationToken);
        // Timeline 1 has no history file.
        var history = await connection.QueryAsync<string>(
            "SELECT coalesce(convert_from(pg_read_binary_file('pg_wal/' || $1 || '.history', 0, 1000000, true), 'UTF8'), '')", cancellationToken, timeline ?? "");
        return new History(system ?? "", uint.Parse(timeline ?? "", NumberStyles.HexNumber, CultureInfo.InvariantCulture), NpgsqlLogSequenceNumber.Parse(lsn ?? "0/0"), ForksIn(history ?? ""));
    }, cancellationToken);

    /// <summary>Before its checkpoint, pg_rewind sees the same timeline on both sides, does nothing, and the node hangs at its start.</summary>
    public Task CheckpointAsync(PeerOptions primary, CancellationToken cancellationToken) => AskAsync(primary, async connection =>
    {
        await connection.ExecuteAsync("CHECKPOINT", cancellationToken);
        return true;
    }, cancellationToken);

    /// <summary>SHA-256 of what the primary has in the segment of a position before it; null when it has not that segment any more.</summary>
    public Task<byte[]?> DigestAsync(PeerOptions primary, NpgsqlLogSequenceNumber position, CancellationToken cancellationToken) => AskAsync(primary, connection =>
        // Of several timelines' segments at one place the newest has all that the others have before they part.
        connection.QueryAsync<byte[]>("""
            SELECT sha256(pg_read_binary_file('pg_wal/' || name, 0, $2, true)) FROM pg_ls_dir('pg_wal', true, false) AS name
            WHERE length(name) = 24 AND right(name, 16) = $1 ORDER BY name DESC LIMIT 1
            """, cancellationToken, OwnWal.SegmentBefore(position), (long)OwnWal.BytesBefore(position)), cancellationToken);

    private async Task<T> AskAsync<T>(PeerOptions primary, Func<NpgsqlConnection, Task<T>> question, CancellationToken cancellationToken)
    {
        var settings = new NpgsqlConnectionStringBuilder
        {
            Host = primary.Host,
            Port = primary.Port,
            Username = PlatformRole.Replicator,
            Password = options.Value.Passwords.Replication,
            Database = "postgres",
            Pooling = false,
            Timeout = 5,
            CommandTimeout = 60,
        };
        try
        {
            await using var connection = new NpgsqlConnection(settings.ConnectionString);
            await connection.OpenAsync(cancellationToken);
            return await question(connection);
        }
        catch (NpgsqlException failure)
        {
            throw new NodeFaultException($"{primary.Name} is primary but cannot be asked for its history: {failure.Message}", inner: failure);
        }
    }

    // Lines of "timeline <tab> end <tab> reason".
    internal static Dictionary<uint, NpgsqlLogSequenceNumber> ForksIn(string history) => history.Split('\n')
        .Select(line => line.Split('\t', StringSplitOptions.TrimEntries)).Where(fields => fields.Length >= 2)
        .Select(fields => (IsLine: uint.TryParse(fields[0], CultureInfo.InvariantCulture, out var timeline) & NpgsqlLogSequenceNumber.TryParse(fields[1], out var end), timeline, end))
        .Where(line => line.IsLine).ToDictionary(line => line.timeline, line => line.end);
}
