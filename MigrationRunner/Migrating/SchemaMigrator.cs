using System.Diagnostics;
using ConversationData;
using ConversationData.Connections;
using ConversationData.Roles;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql;

namespace MigrationRunner.Migrating;

/// <summary>Takes the schema up and down, one migration and one transaction at a time.</summary>
internal sealed partial class SchemaMigrator(
    MigrationConnections connections, MigrationLock migrationLock, DatabaseWaiter waiter, RestorePoint restorePoint, LeftOverIndexes leftOvers, MigrationCommits commits, ILogger<SchemaMigrator> logger)
{
    /// <summary>Name of the source of spans.</summary>
    public const string SourceName = "ConversationPlatform.Migrations";

    private const string HistoryTable = $"{ConversationDbContextOptions.MigrationsSchema}.\"{ConversationDbContextOptions.MigrationsTable}\"";

    private static readonly ActivitySource _source = new(SourceName);

    /// <summary>Applies what is missing up to a migration; null means all.</summary>
    public async Task UpgradeAsync(string? target, CancellationToken cancellationToken)
    {
        await using var held = await migrationLock.AcquireAsync(cancellationToken);
        await PrepareAsync(held, cancellationToken);
        await using var context = connections.CreateContext();
        var state = await ReadAsync(context, cancellationToken);
        var (from, to) = (state.Current, target is null ? state.Steps.Count - 1 : state.Find(target));
        if (to < from)
            throw new MigrationException($"The database is at {state.NameOf(from)}, beyond {state.NameOf(to)}: use 'downgrade'.");

        // A gap below the newest applied one comes from a branch that was merged later: it is filled as well.
        var pending = Enumerable.Range(0, to + 1).Where(i => !state.Applied.Contains(state.Steps[i].Id)).ToList();
        if (pending.Count > 0)
        {
            await restorePoint.CreateAsync(state.Steps[pending[0]].Id, nothingToLose: state.Applied.Count == 0, cancellationToken);
            await leftOvers.DropAsync(cancellationToken);
            await context.GetService<IHistoryRepository>().CreateIfNotExistsAsync(cancellationToken);
        }

        foreach (var index in pending)
        {
            LogUpgrade(state.NameOf(index - 1), state.Steps[index].Id, state.Steps[index].Description);
            await StepAsync(context, "upgrade", state.Steps[index], state.Steps[index].Id, cancellationToken);
        }

        await EnsurePartitionsAsync(cancellationToken);
        LogDone(state.NameOf(to), pending.Count);
    }

    /// <summary>Takes migrations back, newest first.</summary>
    /// <param name="target">'-1' and so on, a migration that stays, or 'base'.</param>
    /// <param name="confirmed">Somebody said that data may go.</param>
    /// <param name="cancellationToken">Stops between statements.</param>
    public async Task DowngradeAsync(string target, bool confirmed, CancellationToken cancellationToken)
    {
        await using var held = await migrationLock.AcquireAsync(cancellationToken);
        await using var context = connections.CreateContext();
        var state = await ReadAsync(context, cancellationToken);
        var (from, to) = (state.Current, FindBelow(state, target));
        if (to > from)
            throw new MigrationException($"The database is at {state.NameOf(from)}, below {state.NameOf(to)}: use 'upgrade'.");

        var steps = Enumerable.Range(to + 1, from - to).Reverse().Where(i => state.Applied.Contains(state.Steps[i].Id)).ToList();
        var losesRows = false;
        foreach (var loss in steps.Select(i => state.Steps[i].Loss).OfType<ConversationData.Migrations.DataLossAttribute>())
            losesRows |= await SayAsync(loss, cancellationToken);
        if (!confirmed && (to < 0 || losesRows))
            throw new MigrationException($"Going down to {state.NameOf(to)} drops data, as said above. Repeat with --yes if that is what you want.");
        if (steps.Count > 0)
            await restorePoint.CreateAsync($"down_{state.Steps[steps[0]].Id}", nothingToLose: false, cancellationToken);

        foreach (var index in steps)
        {
            LogDowngrade(state.Steps[index].Id, state.NameOf(index - 1), state.Steps[index].Description);
            await StepAsync(context, "downgrade", state.Steps[index], index == 0 ? Migration.InitialDatabase : state.Steps[index - 1].Id, cancellationToken);
        }

        LogDone(state.NameOf(to), steps.Count);
    }

    /// <summary>What this program and the database have, without changing anything.</summary>
    public async Task<MigrationState> StateAsync(CancellationToken cancellationToken)
    {
        await using var held = await waiter.OpenForReadingAsync(cancellationToken);
        await using var context = connections.CreateContextForReading();
        await using var owner = new NpgsqlCommand("SELECT 1 FROM pg_roles WHERE rolname = $1", held);
        owner.Parameters.Add(new() { Value = DatabaseRoles.Owner });
        return await owner.ExecuteScalarAsync(cancellationToken) is null
            ? new(Steps(context), new HashSet<string>())
            : await ReadAsync(context, cancellationToken, refuseUnknown: false);
    }

    /// <summary>The SQL between two migrations; needs no database.</summary>
    public string Script(string? from, string? to, bool idempotent)
    {
        using var context = connections.CreateContext();
        var state = new MigrationState(Steps(context), new HashSet<string>());
        string Id(string name) => state.Find(name) is var index && index < 0 ? Migration.InitialDatabase : state.Steps[index].Id;
        return context.GetService<IMigrator>().GenerateScript(Id(from ?? MigrationState.Base), Id(to ?? "head"),
            idempotent ? MigrationsSqlGenerationOptions.Idempotent : MigrationsSqlGenerationOptions.Default);
    }

    private static int FindBelow(MigrationState state, string target)
    {
        if (!int.TryParse(target, out var steps) || steps >= 0)
            return state.Find(target);
        if (state.Current + steps < -1)
            throw new MigrationException($"There are only so many migrations to take back: {state.Current + 1}.");
        return state.Current + steps;
    }

    private async Task StepAsync(ConversationDbContext context, string direction, MigrationStep step, string target, CancellationToken cancellationToken)
    {
        using var activity = _source.StartActivity($"{direction} {step.Id}");
        activity?.SetTag("migration.id", step.Id);
        activity?.SetTag("migration.direction", direction);
        try
        {
            await context.GetService<IMigrator>().MigrateAsync(target, cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException && commits.Doubt is null)
        {
            // EF Core wraps what it takes for passing in an exception that says nothing.
            var cause = e.GetBaseException();
            activity?.SetStatus(ActivityStatusCode.Error, cause.Message);
            var hint = cause is PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable }
                ? " Somebody holds a lock on a table; end that transaction, or allow more with Migrations__LockTimeout." : "";
            throw new MigrationException($"The {direction} of {step.Id} failed and was taken back: {cause.Message}{hint} Run it again when the cause is gone.", e);
        }

        if (commits.Doubt is { } doubt)
            throw new MigrationException(doubt);
    }

    private static List<MigrationStep> Steps(ConversationDbContext context) =>
        [.. context.GetService<IMigrationsAssembly>().Migrations.Select(m => MigrationStep.From(m.Key, m.Value)).OrderBy(s => s.Id, StringComparer.Ordinal)];

    private static async Task<MigrationState> ReadAsync(ConversationDbContext context, CancellationToken cancellationToken, bool refuseUnknown = true)
    {
        IEnumerable<string> applied;
        try
        {
            // EF Core would read the table to see whether it is there: an error in the server's log where it is not.
            var exists = await context.Database.SqlQuery<bool>($"SELECT to_regclass({HistoryTable}) IS NOT NULL AS \"Value\"").SingleAsync(cancellationToken);
            applied = exists ? await context.Database.GetAppliedMigrationsAsync(cancellationToken) : [];
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.InvalidParameterValue or PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new MigrationException($"This login may not act as {DatabaseRoles.Owner} ({e.MessageText}): grant it that role, or run 'upgrade' once as an administrator.", e);
        }

        var state = new MigrationState(Steps(context), applied.ToHashSet(StringComparer.Ordinal));
        return refuseUnknown && state.Unknown.FirstOrDefault() is { } unknown
            ? throw new MigrationException($"The database has the migration {unknown}, which this program does not know: it is newer. Use the program that made it.")
            : state;
    }

    private async Task PrepareAsync(NpgsqlConnection held, CancellationToken cancellationToken)
    {
        // For the rest of this session, which only holds the lock.
        await LocalCommits.BeginAsync(held, cancellationToken);
        var prepared = await DatabasePreparation.PrepareAsync(held, cancellationToken);
        foreach (var made in prepared)
            LogPrepared(made);
        if (prepared.Count == 0)
            return;
        // There may be nothing to migrate, and so nothing else that is waited for: a transaction with an id of its own is.
        await using var write = await WriteTransaction.BeginAsync(connections.Login, cancellationToken);
        await using (var id = new NpgsqlCommand("SELECT txid_current()", write.Connection, write.Transaction))
            await id.ExecuteScalarAsync(cancellationToken);
        await write.CommitOrStopWaitingAsync(cancellationToken);
    }

    private async Task<bool> SayAsync(ConversationData.Migrations.DataLossAttribute loss, CancellationToken cancellationToken)
    {
        var counts = new List<string>();
        var any = false;
        foreach (var table in loss.Tables)
        {
            await using var command = connections.Owner.CreateCommand($"SELECT count(*) FROM {table}");
            var count = (long)(await command.ExecuteScalarAsync(cancellationToken))!;
            any |= count > 0;
            counts.Add($"{table}: {count} {(count == 1 ? "row" : "rows")}");
        }

        LogLoss(loss.Loses, string.Join(", ", counts));
        return any;
    }

    private async Task EnsurePartitionsAsync(CancellationToken cancellationToken)
    {
        await using var command = connections.Owner.CreateCommand("""
            SELECT 1 FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = 'history' AND p.proname = 'ensure_partitions'
            """);
        if (await command.ExecuteScalarAsync(cancellationToken) is null)
            return;
        await using var write = await WriteTransaction.BeginAsync(connections.Owner, cancellationToken);
        await using (var ensure = new NpgsqlCommand("SELECT history.ensure_partitions(2)", write.Connection, write.Transaction))
            await ensure.ExecuteScalarAsync(cancellationToken);
        await write.CommitOrStopWaitingAsync(cancellationToken);
    }

    [LoggerMessage(LogLevel.Information, "Made {What}")]
    private partial void LogPrepared(string what);

    [LoggerMessage(LogLevel.Information, "Running upgrade {From} -> {To}, {Description}")]
    private partial void LogUpgrade(string from, string to, string description);

    [LoggerMessage(LogLevel.Information, "Running downgrade {From} -> {To}, {Description}")]
    private partial void LogDowngrade(string from, string to, string description);

    [LoggerMessage(LogLevel.Warning, "{Loses} {Rows}")]
    private partial void LogLoss(string loses, string rows);

    [LoggerMessage(LogLevel.Information, "The database is at {Migration} (migrations run: {Count})")]
    private partial void LogDone(string migration, int count);
}
