using System.Globalization;
using MaintenanceWorker.HealthReport;
using MaintenanceWorker.Operations;

namespace MaintenanceWorker.Alerts;

/// <summary>What is worth attention in what the servers said.</summary>
internal static class HealthRules
{
    private const double Gigabyte = 1e9;

    public static IReadOnlyList<Finding> Judge(IReadOnlyList<ServerAnswer> answers, IReadOnlyCollection<string>? unusedIndexes, AlertsOptions options)
    {
        var primaries = answers.Where(answer => answer.Primary is not null).ToArray();
        return
        [
            .. Servers(answers, primaries),
            .. primaries.SelectMany(primary => Sessions(primary.Primary!, options)),
            .. primaries.SelectMany(primary => Contents(primary.Primary!, options)),
            .. primaries.SelectMany(primary => History(primary.Primary!.History)),
            .. Unused(unusedIndexes, options),
            .. primaries.SelectMany(primary => (primary.Primary!.Slots ?? []).SelectMany(slot => Slot(slot, options.Replication))),
            .. answers.Where(answer => answer.Standby is not null).SelectMany(answer => Standby(answer, primaries.FirstOrDefault()?.Primary?.Sessions?.Lsn, options.Replication)),
        ];
    }

    private static IEnumerable<Finding> Servers(IReadOnlyList<ServerAnswer> answers, ServerAnswer[] primaries)
    {
        var silent = answers.Where(answer => answer.Fault is not null).Select(answer => (answer.Server, Message: $"{answer.Server} {answer.Fault!.Reason}")).ToArray();
        if (primaries.Length == 0)
            yield return new("no_primary", "", AlertSeverity.Critical, silent.Length == 0 ? "no primary answers" : $"no primary answers ({string.Join("; ", silent.Select(each => each.Message))})");
        if (primaries.Length > 1)
            yield return new("several_primaries", "", AlertSeverity.Critical, $"{string.Join(" and ", primaries.Select(primary => primary.Server))} both lead: stop the one with the older timeline");
        if (primaries.Length == 0)
            yield break;
        foreach (var (server, message) in silent)
            yield return new("server_down", server, AlertSeverity.Warning, message);
    }

    private static IEnumerable<Finding> Sessions(PrimaryFacts facts, AlertsOptions options)
    {
        if (facts.Sessions is not { } sessions)
            yield break;
        var critical = sessions.Allowed * options.ConnectionPool.Critical / options.ConnectionPool.PoolSize;
        var warning = sessions.Allowed * options.ConnectionPool.Warning / options.ConnectionPool.PoolSize;
        if (sessions.Connections > warning)
        {
            var (severity, threshold) = sessions.Connections > critical ? (AlertSeverity.High, critical) : (AlertSeverity.Warning, warning);
            yield return new("connections", "", severity, $"{Counted.Of(sessions.Connections, "active connection")} (threshold: {threshold})");
        }

        var transactions = options.Transactions;
        if (sessions.LongestTransactionSeconds > transactions.LongestSeconds)
            yield return new("long_transaction", "", AlertSeverity.Warning, Text($"a transaction is open for {sessions.LongestTransactionSeconds:F0} s (threshold: {transactions.LongestSeconds} s)"));
        if (sessions.XidAge > transactions.XidAgeWarning)
        {
            var (severity, threshold) = sessions.XidAge > transactions.XidAgeCritical ? (AlertSeverity.Critical, transactions.XidAgeCritical) : (AlertSeverity.Warning, transactions.XidAgeWarning);
            yield return new("xid_age", "", severity, $"{sessions.XidAge} transactions since a database was last frozen (threshold: {threshold})");
        }

        if (sessions.InvalidIndexes > 0)
            yield return new("invalid_indexes", "", AlertSeverity.Warning, $"{Counted.Of(sessions.InvalidIndexes, "invalid index", "invalid indexes")} found");
        if (sessions.ArchiveFailing)
            yield return new("archiving_failed", "", AlertSeverity.Critical, "the last attempt to archive a WAL file failed");
    }

    private static IEnumerable<Finding> Contents(PrimaryFacts facts, AlertsOptions options)
    {
        if (facts.SlowQueries > options.QueryPerformance.MaxSlowQueries)
            yield return new("slow_queries", "", AlertSeverity.Warning, $"{Counted.Of(facts.SlowQueries.Value, "slow query", "slow queries")} detected");
        var gigabytes = facts.StorageBytes / Gigabyte;
        if (gigabytes > options.Storage.WarningGb)
        {
            var (severity, threshold) = gigabytes > options.Storage.CriticalGb ? (AlertSeverity.Critical, options.Storage.CriticalGb) : (AlertSeverity.Warning, options.Storage.WarningGb);
            yield return new("storage", "", severity, Text($"{gigabytes:0.###} GB of databases and WAL (threshold: {threshold} GB)"));
        }
    }

    private static IEnumerable<Finding> History(HistoryFacts? facts)
    {
        if (facts?.InDefault == true)
            yield return new("history_partitions", "default", AlertSeverity.Warning, "row history lies in the default partition, since its month had none: run prune-history");
        if (facts?.NextMonthMissing == true)
            yield return new("history_partitions", "next month", AlertSeverity.Warning, "row history has no partition for next month: run prune-history, and look why its daily job did not");
    }

    private static IEnumerable<Finding> Unused(IReadOnlyCollection<string>? unused, AlertsOptions options)
    {
        if (unused?.Count > options.Indexes.MaxUnused)
            yield return new("unused_indexes", "", AlertSeverity.Info, $"{Counted.Of(unused.Count, "unused index", "unused indexes")} found");
    }

    private static IEnumerable<Finding> Slot(SlotFacts slot, ReplicationAlerts options)
    {
        if (slot.Lost)
            yield return new("slot_lost", slot.Name, AlertSeverity.Critical, $"the replication slot {slot.Name} lost WAL that it needs: its standby has to be made again");
        else if (!slot.Active && slot.RetainedBytes > options.SlotWarningGb * Gigabyte)
            yield return new("inactive_slot", slot.Name, AlertSeverity.Warning, Text($"the replication slot {slot.Name} is not in use and holds back {slot.RetainedBytes / Gigabyte:0.###} GB of WAL (threshold: {options.SlotWarningGb} GB)"));
    }

    private static IEnumerable<Finding> Standby(ServerAnswer answer, long? primaryLsn, ReplicationAlerts options)
    {
        var lag = answer.Standby!.LagBehind(primaryLsn);
        if (lag > options.LagWarningSeconds)
        {
            var (severity, threshold) = lag > options.LagCriticalSeconds ? (AlertSeverity.Critical, options.LagCriticalSeconds) : (AlertSeverity.Warning, options.LagWarningSeconds);
            yield return new("replication_lag", answer.Server, severity, Text($"{answer.Server} is {lag:0.#} s behind (threshold: {threshold} s)"));
        }

        if (!answer.Standby.Streaming)
            yield return new("not_streaming", answer.Server, AlertSeverity.Warning, $"{answer.Server} receives no WAL");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
