using Microsoft.Extensions.Options;

namespace MaintenanceWorker.Alerts;

/// <summary>Finds every mistake at once.</summary>
internal sealed class AlertsOptionsValidator : IValidateOptions<AlertsOptions>
{
    public ValidateOptionsResult Validate(string? name, AlertsOptions options)
    {
        var errors = Errors(options).Concat(options.NotificationChannels.SelectMany(Errors)).ToList();
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static IEnumerable<string> Errors(AlertsOptions options)
    {
        var (pool, queries, storage, replication, transactions) = (options.ConnectionPool, options.QueryPerformance, options.Storage, options.Replication, options.Transactions);
        if (pool.Warning < 1 || pool.Critical < pool.Warning || pool.PoolSize < pool.Critical)
            yield return $"Alerts:ConnectionPool: Warning is {pool.Warning}, Critical {pool.Critical}, PoolSize {pool.PoolSize}; 1 or more is needed, none smaller than the one before.";
        if (!(queries.SlowQueryThresholdMs > 0))
            yield return $"Alerts:QueryPerformance:SlowQueryThresholdMs is {queries.SlowQueryThresholdMs}; more than 0 milliseconds are needed.";
        if (queries.MaxSlowQueries < 0)
            yield return $"Alerts:QueryPerformance:MaxSlowQueries is {queries.MaxSlowQueries}; 0 or more is needed.";
        if (!(storage.WarningGb > 0) || storage.CriticalGb < storage.WarningGb)
            yield return $"Alerts:Storage: WarningGb is {storage.WarningGb}, CriticalGb {storage.CriticalGb}; more than 0 is needed, CriticalGb not smaller than WarningGb.";
        if (!(replication.LagWarningSeconds > 0) || replication.LagCriticalSeconds < replication.LagWarningSeconds)
            yield return $"Alerts:Replication: LagWarningSeconds is {replication.LagWarningSeconds}, LagCriticalSeconds {replication.LagCriticalSeconds}; more than 0 is needed, LagCriticalSeconds not smaller than LagWarningSeconds.";
        if (!(replication.SlotWarningGb > 0))
            yield return $"Alerts:Replication:SlotWarningGb is {replication.SlotWarningGb}; more than 0 is needed.";
        if (options.Indexes.MaxUnused < 0)
            yield return $"Alerts:Indexes:MaxUnused is {options.Indexes.MaxUnused}; 0 or more is needed.";
        if (!(transactions.LongestSeconds > 0))
            yield return $"Alerts:Transactions:LongestSeconds is {transactions.LongestSeconds}; more than 0 is needed.";
        if (transactions.XidAgeWarning < 1 || transactions.XidAgeCritical < transactions.XidAgeWarning)
            yield return $"Alerts:Transactions: XidAgeWarning is {transactions.XidAgeWarning}, XidAgeCritical {transactions.XidAgeCritical}; 1 or more is needed, XidAgeCritical not smaller than XidAgeWarning.";
    }

    private static IEnumerable<string> Errors(NotificationChannel channel, int index)
    {
        var needed = channel.Type switch
        {
            "email" => (Name: "To", Value: channel.To),
            "slack" => (Name: "Webhook", Value: channel.Webhook),
            "pagerduty" => (Name: "ApiKey", Value: channel.ApiKey),
            _ => (Name: "", Value: ""),
        };
        if (needed.Name.Length == 0)
            yield return $"Alerts:NotificationChannels:{index}:Type is '{channel.Type}'; email, slack or pagerduty is needed.";
        else if (string.IsNullOrWhiteSpace(needed.Value))
            yield return $"Alerts:NotificationChannels:{index}:{needed.Name} is missing, which {channel.Type} needs.";
        if (channel.Severity is not ("info" or "warning" or "critical"))
            yield return $"Alerts:NotificationChannels:{index}:Severity is '{channel.Severity}'; info, warning or critical is needed.";
    }
}
