using MaintenanceWorker.Alerts;
using MaintenanceWorker.Monitoring.Collecting;
using MaintenanceWorker.Monitoring.Servers;
using Microsoft.Extensions.Options;

namespace MaintenanceWorker.HealthReport;

/// <summary>How much is asked.</summary>
internal enum ReportExtent
{
    /// <summary>What the rules judge.</summary>
    Judged,

    /// <summary>Everything, also what is dear to count where tables are large.</summary>
    Everything,
}

/// <summary>Makes the health report from what the servers say at that moment. It needs none of them to answer.</summary>
internal sealed class HealthReporter(DatabaseServers servers, IOptions<AlertsOptions> options, TimeProvider time)
{
    /// <summary>Asks every server, all at once.</summary>
    public async Task<DatabaseHealthReport> ReportAsync(ReportExtent extent, CancellationToken cancellationToken)
    {
        var answers = await Task.WhenAll(servers.All.Select(server =>
            new ServerQuestioner(server, options.Value.QueryPerformance.SlowQueryThresholdMs, extent).AskAsync(cancellationToken)));
        var unused = IndexUse.UnusedIn([.. answers.Select(answer => answer.Indexes).OfType<IndexUse>()]);
        var findings = HealthRules.Judge(answers, unused, options.Value);
        return new(time.GetUtcNow(), Numbers(answers, unused), [.. findings.Select(finding => finding.ToString())], findings, [.. answers.SelectMany(answer => answer.Notes)]);
    }

    private static HealthMetrics Numbers(ServerAnswer[] answers, IReadOnlyCollection<string>? unused)
    {
        if (answers.FirstOrDefault(answer => answer.Primary is not null) is not { Primary: { } primary } leader)
            return new();
        return new()
        {
            ActiveConnections = primary.Sessions?.Connections,
            MaxConnections = primary.Sessions?.Allowed,
            TableSizes = primary.TableSizes,
            SlowQueries = primary.SlowQueries,
            UnusedIndexes = unused?.Count,
            UnusedIndexNames = unused,
            InvalidIndexes = primary.Sessions?.InvalidIndexes,
            ConversationStats = primary.Conversations,
            StorageBytes = primary.StorageBytes,
            LongestTransactionSeconds = primary.Sessions?.LongestTransactionSeconds,
            XidAge = primary.Sessions?.XidAge,
            Primary = leader.Server,
            ReplicationLagSeconds = answers.Where(answer => answer.Standby is not null)
                .ToDictionary(answer => answer.Server, answer => answer.Standby!.LagBehind(primary.Sessions?.Lsn)),
        };
    }
}
