namespace PostgresForTests;

/// <summary>What a test may want otherwise in its <see cref="PostgresServer"/>.</summary>
public sealed record PostgresServerOptions
{
    /// <summary>Another server than the one that <see cref="PostgresBinaries"/> finds.</summary>
    public string? BinDirectory { get; init; }

    /// <summary>Settings for postgresql.conf, by name; they win over the defaults.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();
}
