namespace OperationsCatalogue.Declarations;

internal static class UpkeepOperations
{
    private const string Section = "Performance Optimization";

    public static readonly Operation[] All =
    [
        new("vacuum-analyze", "Remove dead rows from tables and refresh the planner's statistics", Section, OperationEffect.Changes, OperationScope.Admin)
        {
            Description = "VACUUM (ANALYZE) on one table after the other, while everybody goes on working. The daily job of the schedule. A table that is locked by somebody for longer than lock-timeout is left out, and named in the result.",
            Arguments =
            [
                new("table", ArgumentType.Text, "Only this table, as schema.table; all of the platform's tables without it"),
                new("lock-timeout", ArgumentType.Duration, "How long to wait for a table that is locked") { Default = "10s" },
            ],
            IsLong = true,
            IsExclusive = true,
            SupportsDryRun = true,
            IsHighlighted = true,
            Examples = ["vacuum-analyze", "vacuum-analyze --table public.conversations --dry-run"],
        },
        new("build-vector-index", "Build the index that search by meaning needs, for every model that has none", Section, OperationEffect.Changes, OperationScope.Admin)
        {
            Description = "CREATE INDEX CONCURRENTLY (HNSW, cosine) on the vectors of each embedding model, while everybody goes on working; what an earlier attempt or a retired model left is dropped. An hourly job of the schedule that does nothing when all is built. Until then search looks at every vector: as right, and slower.",
            Arguments =
            [
                new("minimum-vectors", ArgumentType.Number, "A model with fewer vectors needs no index: looking at each is as fast; 0 to 1,000,000") { Default = "5000", Minimum = 0, Maximum = 1_000_000 },
                new("memory", ArgumentType.Number, "Memory for building in MB; an index that does not fit in it takes much longer; 16 to 65,536") { Default = "512", Minimum = 16, Maximum = 65_536 },
            ],
            IsLong = true,
            IsExclusive = true,
            SupportsDryRun = true,
            Examples = ["build-vector-index", "build-vector-index --memory 2048 --dry-run"],
        },
        new("prune-history", "Remove old versions of rows, and make the coming months' partitions for new ones", Section, OperationEffect.Changes, OperationScope.Admin)
        {
            Description = "Every change and removal of a conversation, message or suggestion leaves the old row in history.row_versions, so that it can be put back. Months that are wholly older than keep are dropped, older rows of the oldest month removed; what went to the default partition moves to its month. The daily job of the schedule. Asked again it finds nothing to do.",
            Arguments =
            [
                new("keep", ArgumentType.Duration, "How long versions are kept; a day or more") { Default = "30d" },
                new("lock-timeout", ArgumentType.Duration, "How long to wait for whoever uses the history, several times; writes wait meanwhile") { Default = "2s" },
            ],
            IsLong = true,
            IsExclusive = true,
            SupportsDryRun = true,
            ConfirmationMessage = "Versions of rows that are older than keep are removed for good: conversations cannot be put back as they stood before then.",
            Examples = ["prune-history --dry-run", "prune-history --keep 90d"],
        },
        new("explain-queries", "Show the plans of the product's own hot queries", Section, OperationEffect.Reads, OperationScope.Read)
        {
            Description = "EXPLAIN of what the API asks all day, with values that occur in the database. Needs attention when a query that should use its index reads a whole table that is not small.",
            Arguments =
            [
                new("query", ArgumentType.Text, "Only the query of this name; all without it"),
                new("analyze", ArgumentType.Flag, "Run the queries and show times and rows; they only read") { Default = "false" },
            ],
            Examples = ["explain-queries", "explain-queries --query inbox --analyze true"],
        },
    ];
}
