namespace ConversationApi.Ingestion.Threading;

/// <summary>Sets that only ever unite (union-find).</summary>
internal sealed class DisjointSets
{
    private readonly List<int> _parents = [];

    /// <summary>A new set of one member.</summary>
    public int Add()
    {
        _parents.Add(_parents.Count);
        return _parents.Count - 1;
    }

    /// <summary>The member that stands for the set of <paramref name="member"/>.</summary>
    public int Find(int member)
    {
        while (_parents[member] != member)
            member = _parents[member] = _parents[_parents[member]];
        return member;
    }

    /// <summary>Makes the sets of both one.</summary>
    public void Unite(int one, int other) => _parents[Find(other)] = Find(one);
}
