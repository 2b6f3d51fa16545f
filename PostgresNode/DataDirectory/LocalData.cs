using NpgsqlTypes;
using PostgresNode.Control;

namespace PostgresNode.DataDirectory;

/// <summary>What lies in PGDATA while the server does not run.</summary>
/// <param name="Role">What it last was; None when there is no data.</param>
/// <param name="Clean">Whether it was shut down, not cut off.</param>
/// <param name="Timeline">The newest timeline that it knows.</param>
/// <param name="Lsn">Its last checkpoint or, on a standby, how far it had replayed at least.</param>
/// <param name="SystemIdentifier">Its cluster.</param>
internal sealed record LocalData(NodeRole Role, bool Clean, uint Timeline, NpgsqlLogSequenceNumber Lsn, string SystemIdentifier)
{
    public static readonly LocalData None = new(NodeRole.None, true, 0, default, "");
}
