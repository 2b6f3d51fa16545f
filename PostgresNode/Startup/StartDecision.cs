using PostgresNode.Configuration;

namespace PostgresNode.Startup;

/// <summary>What a node does about its data.</summary>
internal abstract record StartDecision
{
    /// <summary>Make a new cluster.</summary>
    public sealed record Initialize : StartDecision;

    /// <summary>Open for writes.</summary>
    public sealed record Lead : StartDecision;

    /// <summary>Start as the standby it was.</summary>
    public sealed record Resume : StartDecision;

    /// <summary>Follow a primary, its own history cut back to where they parted.</summary>
    public sealed record Rewind(PeerOptions Primary, uint Timeline) : StartDecision;

    /// <summary>Fetch everything from a primary.</summary>
    public sealed record Fetch(PeerOptions Primary) : StartDecision;

    /// <summary>Have a stale primary step down first, then decide again.</summary>
    public sealed record Evict(PeerOptions Stale) : StartDecision;

    /// <summary>Wait for somebody else, for the reason given.</summary>
    public sealed record Wait(string Reason) : StartDecision;

    /// <summary>Start only when the silent peers had time to answer.</summary>
    public sealed record LeadAfterGrace(string Reason) : StartDecision;
}
