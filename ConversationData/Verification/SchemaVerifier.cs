using ConversationData.Connections;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Npgsql;

namespace ConversationData.Verification;

/// <summary>Compares what is in the database with what the model says.</summary>
public static class SchemaVerifier
{
    private static readonly string[] _schemas = ["public", "ops", "history"];

    /// <summary>Looks at migrations, tables, indexes, constraints, types, extensions, triggers and privileges. Reads only.</summary>
    /// <param name="source">The node to look at.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>One finding for each check, in a stable order.</returns>
    public static async Task<IReadOnlyList<VerificationFinding>> VerifyAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        await using var context = new ConversationDbContext((DbContextOptions<ConversationDbContext>)
            new DbContextOptionsBuilder<ConversationDbContext>().UseConversations(source).Options);
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        var findings = new List<VerificationFinding>();
        var applied = await CatalogueReader.MigrationsAsync(connection, cancellationToken);
        Migrations(findings, [.. context.Database.GetMigrations()], applied);
        var model = context.GetService<IDesignTimeModel>().Model;
        Tables(findings, model.GetRelationalModel(), await CatalogueReader.ColumnsAsync(connection, _schemas, cancellationToken));
        Indexes(findings, model.GetRelationalModel(), await CatalogueReader.IndexesAsync(connection, _schemas, cancellationToken));
        Constraints(findings, model, await CatalogueReader.ConstraintsAsync(connection, _schemas, cancellationToken));
        Types(findings, model, await CatalogueReader.EnumsAsync(connection, cancellationToken), await CatalogueReader.ExtensionsAsync(connection, cancellationToken));
        await SchemaExpectations.CheckAsync(findings, connection, cancellationToken);
        return findings;
    }

    private static void Migrations(List<VerificationFinding> findings, IReadOnlyList<string> known, IReadOnlySet<string> applied)
    {
        var unknown = applied.Except(known).Order(StringComparer.Ordinal).ToArray();
        var missing = known.Count(id => !applied.Contains(id));
        findings.Add(VerificationFinding.Expect(missing == 0 && unknown.Length == 0, "migration", known.LastOrDefault(applied.Contains) ?? "base",
            unknown.Length > 0 ? $"the database has {string.Join(", ", unknown)}, which this program does not know" : $"{missing} not applied: run 'upgrade'"));
    }

    private static void Tables(List<VerificationFinding> findings, IRelationalModel model, ILookup<string, CatalogueColumn> actual)
    {
        foreach (var table in model.Tables)
        {
            var name = $"{table.Schema ?? "public"}.{table.Name}";
            var columns = actual[name].ToDictionary(c => c.Name);
            var wrong = table.Columns.Select(column =>
                    !columns.TryGetValue(column.Name, out var found) ? $"column {column.Name} is missing"
                    : found.Type != column.StoreType ? $"column {column.Name} is {found.Type}, not {column.StoreType}"
                    : found.Nullable != column.IsNullable ? $"column {column.Name} {(found.Nullable ? "may be null" : "may not be null")}"
                    : null)
                .OfType<string>()
                .Concat(columns.Keys.Except(table.Columns.Select(c => c.Name)).Select(c => $"column {c} is not in the model"));
            var detail = columns.Count == 0 ? "is missing" : string.Join("; ", wrong);
            findings.Add(VerificationFinding.Expect(detail.Length == 0, "table", name, detail));
        }
    }

    private static void Indexes(List<VerificationFinding> findings, IRelationalModel model, IReadOnlyDictionary<string, CatalogueIndex> actual)
    {
        var expected = new HashSet<string>(SchemaExpectations.ExpressionIndexes, StringComparer.Ordinal);
        foreach (var table in model.Tables)
        {
            foreach (var index in table.Indexes)
            {
                var name = $"{table.Schema ?? "public"}.{index.Name}";
                expected.Add(name);
                var columns = string.Join(", ", index.Columns.Select(c => c.Name));
                var detail = !actual.TryGetValue(name, out var found) ? "is missing"
                    : !found.Valid ? "is invalid: drop it and build it again"
                    : found.Unique != index.IsUnique ? (found.Unique ? "is unique" : "is not unique")
                    : found.Columns != columns ? $"is on ({found.Columns}), not ({columns})"
                    : found.Partial != index.Filter is not null ? (found.Partial ? "has a condition" : "has no condition")
                    : "";
                findings.Add(VerificationFinding.Expect(detail.Length == 0, "index", name, detail));
            }

            foreach (var key in table.UniqueConstraints)
                expected.Add($"{table.Schema ?? "public"}.{key.Name}");
        }

        // Vector indexes are built by an operation for the model in use, and partitions have their own copies.
        findings.AddRange(actual.Values
            .Where(i => !expected.Contains(i.Name) && i.Method is not ("hnsw" or "ivfflat") && !i.OfPartition && !i.Name.Contains("__EFMigrationsHistory", StringComparison.Ordinal))
            .Select(i => new VerificationFinding(VerificationResult.Warning, "index", i.Name, "is not in the model: no query of ours needs it")));
    }

    private static void Constraints(List<VerificationFinding> findings, IModel model, IReadOnlySet<string> actual)
    {
        foreach (var table in model.GetRelationalModel().Tables)
        {
            var names = table.CheckConstraints.Select(c => c.Name)
                .Concat(table.ForeignKeyConstraints.Select(c => c.Name))
                .Concat(table.UniqueConstraints.Select(c => c.Name));
            foreach (var name in names.Select(n => $"{table.Schema ?? "public"}.{n}"))
                findings.Add(VerificationFinding.Expect(actual.Contains(name), "constraint", name, "is missing or not validated"));
        }
    }

    private static void Types(List<VerificationFinding> findings, IModel model, IReadOnlyDictionary<string, string> enums, IReadOnlyDictionary<string, string> extensions)
    {
        foreach (var type in model.GetPostgresEnums())
        {
            var name = $"{type.Schema ?? "public"}.{type.Name}";
            var labels = string.Join(", ", type.Labels);
            findings.Add(VerificationFinding.Expect(enums.GetValueOrDefault(name) == labels, "type", name,
                enums.TryGetValue(name, out var found) ? $"has ({found}), not ({labels})" : "is missing"));
        }

        foreach (var extension in model.GetPostgresExtensions())
            findings.Add(VerificationFinding.Expect(extensions.ContainsKey(extension.Name), "extension", extension.Name, "is missing"));
        if (extensions.TryGetValue("vector", out var version) && Version.TryParse(version, out var number) && number < new Version(0, 8, 6))
            findings.Add(new(VerificationResult.Warning, "extension", "vector", $"{version} has known faults in HNSW; 0.8.6 has not"));
    }
}
