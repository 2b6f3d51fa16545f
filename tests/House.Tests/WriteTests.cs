using System.Text.RegularExpressions;

namespace House.Tests;

/// <summary>Every write of the API, the worker and migrations is committed by one rule: ConversationData/Connections/WriteTransaction.cs.</summary>
public partial class WriteTests
{
    private static readonly string[] _projects = ["ConversationApi/", "ConversationData/", "MaintenanceWorker/", "MigrationRunner/"];

    // EF Core opens the transactions of migrations. Reading in a snapshot writes nothing, nor does explaining in a transaction that may only read. Sessions that build indexes wait for no standby.
    private static readonly string[] _ruled =
    [
        "ConversationData/Connections/CommitExtensions.cs", "ConversationData/Connections/WriteTransaction.cs", "MaintenanceWorker/Queries/QueryExplainer.cs", "MaintenanceWorker/Upkeep/BuildVectorIndex.cs",
        "MigrationRunner/Migrating/LocalCommits.cs",
    ];

    private static IEnumerable<string> Sources => House.ProductSources.Where(file => _projects.Any(project => file.StartsWith(project, StringComparison.Ordinal)) && !_ruled.Contains(file));

    [Fact]
    public void Nothing_begins_commits_or_saves_a_transaction_but_by_the_rule() =>
        Assert.Empty(Sources.SelectMany(file => Unruled().Matches(House.Read(file)).Select(match => $"{file}: {match.Value}")));

    [Fact]
    public void What_is_sent_without_a_transaction_only_reads()
    {
        var named = Sources.SelectMany(file => Named().Matches(House.Read(file)).Select(match => (Class: Path.GetFileNameWithoutExtension(file), Name: match.Groups[1].Value, Text: match.Value)))
            .ToLookup(sql => sql.Name);
        var sent = Sources.SelectMany(file => Sent().Matches(House.Read(file)).Where(match => !match.Groups["last"].Value.EndsWith("ransaction", StringComparison.Ordinal)).Select(match => (File: file, Text: match.Groups["text"].Value))).ToList();
        Assert.True(sent.Count > 60, $"Only {sent.Count} statements were found: does the pattern still fit?");
        var writes = from statement in sent
                     let names = Identifier().Matches(statement.Text).Select(match => match.Value)
                     let texts = names.SelectMany(name => named[name].Where(sql => statement.Text.Contains($"{sql.Class}.{name}", StringComparison.Ordinal) || statement.File.EndsWith($"/{sql.Class}.cs", StringComparison.Ordinal)))
                     where Writes(statement.Text) || texts.Any(sql => Writes(sql.Text))
                     select $"{statement.File}: {statement.Text}";
        Assert.Empty(writes);
    }

    [Theory]
    [InlineData("INSERT INTO t VALUES (1)", true)]
    [InlineData("UPDATE message_work w SET x = 1", true)]
    [InlineData("UPDATE ops.jobs SET x = 1", true)]
    [InlineData("WITH gone AS (DELETE FROM t RETURNING 1) SELECT count(*) FROM gone", true)]
    [InlineData("SELECT ops.erase_lead($1)", true)]
    [InlineData("SELECT 1 FROM t FOR UPDATE", false)]
    [InlineData("DROP INDEX t_x", true)]
    [InlineData("DROP INDEX CONCURRENTLY t_x", false)]
    [InlineData("SELECT history.prune_rows($1, $2)", true)]
    public void A_write_is_known_by_its_words(string sql, bool writes) => Assert.Equal(writes, Writes(sql));

    // What is built concurrently cannot be in a transaction.
    private static bool Writes(string sql) => Writing().IsMatch(sql) && !sql.Contains("INDEX CONCURRENTLY", StringComparison.Ordinal);

    [GeneratedRegex(@"\.BeginTransactionAsync\((?!IsolationLevel\.RepeatableRead)|\.BeginTransaction\(|ransaction\.CommitAsync\(|SaveChanges|ExecuteUpdate|ExecuteDelete|ExecuteSql")]
    private static partial Regex Unruled();

    [GeneratedRegex(@"\bstring (\w+)(?:\([^)]*\))? =>? *\$?(?:""""""[\s\S]*?""""""|""[^\n]*)")]
    private static partial Regex Named();

    [GeneratedRegex(""""
        \.CreateCommand\((?<text>[\s\S]*?)\);|new NpgsqlCommand\((?<text>(?:(?>\$?"""[\s\S]*?"""|\$?"(?:[^"\\\n]|\\.)*")|[^";])*?), (?<last>[\w.]+)\)
        """")]
    private static partial Regex Sent();

    [GeneratedRegex(@"\w+")]
    private static partial Regex Identifier();

    [GeneratedRegex(@"\bINSERT INTO\b|\bDELETE FROM\b|\bMERGE INTO\b|(?<!FOR )(?<!DO )\bUPDATE [\w.]+( \w+)? SET\b|\bTRUNCATE\b|ops\.(erase_lead|replay_erasure)|history\.(ensure_partitions|drop_partition|prune_rows)\(|\b(CREATE|DROP|ALTER) (TABLE|INDEX|ROLE|SCHEMA)\b")]
    private static partial Regex Writing();
}
