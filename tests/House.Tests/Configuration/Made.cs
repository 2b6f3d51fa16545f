namespace House.Tests.Configuration;

/// <summary>Options as they may be written.</summary>
internal sealed class Made
{
    /// <summary>Configured.</summary>
    public string Given { get; set; } = "";

    /// <summary>Configured, entry by entry.</summary>
    public Dictionary<string, string> Filled { get; } = [];

    /// <summary>Computed.</summary>
    public IEnumerable<(string Key, string Value)> All => [("Given", Given)];

    /// <summary>Computed.</summary>
    public IReadOnlyList<string> Names { get; } = ["Given"];
}
