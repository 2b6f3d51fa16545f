namespace PostgresNode.Startup;

/// <summary>What a start is asked to do beyond the rules.</summary>
/// <param name="Lead">The server was primary under this process until just now, or an operator says that this node leads.</param>
/// <param name="CloneFrom">A standby's data cannot go on: fetch it anew.</param>
/// <param name="RewindFirst">A standby's data parted from the primary's: cut it back.</param>
/// <param name="ReplaceDamaged">An operator says that data which cannot be read makes way for a primary's.</param>
internal sealed record StartWish(bool Lead = false, bool CloneFrom = false, bool RewindFirst = false, bool ReplaceDamaged = false);
