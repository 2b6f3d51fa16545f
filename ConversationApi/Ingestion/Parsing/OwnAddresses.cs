namespace ConversationApi.Ingestion.Parsing;

/// <summary>Tells our addresses from those of others.</summary>
internal sealed class OwnAddresses(IEnumerable<string> configured)
{
    private readonly HashSet<string> _own = new(configured.Select(a => a.Trim()), StringComparer.OrdinalIgnoreCase);

    public bool Contain(string? address) =>
        address is not null && _own.Count > 0
        && (_own.Contains(address) || (address.LastIndexOf('@') is var at and >= 0 && _own.Contains(address[at..])));
}
