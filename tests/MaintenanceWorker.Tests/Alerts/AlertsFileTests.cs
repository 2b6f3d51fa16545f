using MaintenanceWorker.Alerts;
using Microsoft.Extensions.Configuration;

namespace MaintenanceWorker.Tests.Alerts;

public sealed class AlertsFileTests : IDisposable
{
    /// <summary>As it stands in the guide.</summary>
    private const string Guide = """
        database_alerts:
          connection_pool:
            warning: 20
            critical: 25

          query_performance:
            slow_query_threshold_ms: 1000
            max_slow_queries: 10

          storage:
            warning_gb: 50
            critical_gb: 80

          replication:
            lag_warning_seconds: 10
            lag_critical_seconds: 60

        notification_channels:
          - type: email
            to: admin@craigslist.com
            severity: critical

          - type: slack
            webhook: https://hooks.slack.com/services/...
            severity: warning

          - type: pagerduty
            api_key: ...
            severity: critical
        """;

    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void The_guides_file_is_taken_as_it_is_and_says_what_the_defaults_say()
    {
        var options = Read(Guide);
        var defaults = new AlertsOptions();
        Assert.Equivalent(defaults.ConnectionPool, options.ConnectionPool, strict: true);
        Assert.Equivalent(defaults.QueryPerformance, options.QueryPerformance, strict: true);
        Assert.Equivalent(defaults.Storage, options.Storage, strict: true);
        Assert.Equivalent(defaults.Replication, options.Replication, strict: true);
        Assert.Equal(["email", "slack", "pagerduty"], options.NotificationChannels.Select(channel => channel.Type));
        Assert.Equal("admin@craigslist.com", options.NotificationChannels[0].To);
        Assert.True(new AlertsOptionsValidator().Validate(null, options).Succeeded);
    }

    [Fact]
    public void Other_numbers_are_taken_too()
    {
        var options = Read("""
            database_alerts:
              connection_pool: { warning: 5, critical: 7, pool_size: 10 }
              replication: { slot_warning_gb: 2.5 }
              indexes: { max_unused: 3 }
              transactions: { longest_seconds: 60, xid_age_warning: 100 }
            """);
        Assert.Equal((5, 7, 10), (options.ConnectionPool.Warning, options.ConnectionPool.Critical, options.ConnectionPool.PoolSize));
        Assert.Equal((2.5, 3, 60, 100), (options.Replication.SlotWarningGb, options.Indexes.MaxUnused, options.Transactions.LongestSeconds, options.Transactions.XidAgeWarning));
    }

    [Fact]
    public void A_channel_that_is_printed_keeps_its_secrets()
    {
        var printed = string.Join(' ', Read(Guide.Replace("services/...", "services/T0/B0/secret", StringComparison.Ordinal).Replace("api_key: ...", "api_key: secret", StringComparison.Ordinal)).NotificationChannels);
        Assert.DoesNotContain("secret", printed, StringComparison.Ordinal);
        Assert.Contains("slack", printed, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("database_alerts:\n  conection_pool:\n    warning: 1", "line 2: 'conection_pool' is not known; here are: connection_pool, query_performance, storage, replication, indexes, transactions")]
    [InlineData("database_alerts:\n  storage:\n    warning_gb: 5\n    criticl_gb: 6", "line 4: 'criticl_gb' is not known; here are: warning_gb, critical_gb")]
    [InlineData("database_alerts:\n  storage:\n    warning_gb: much", "line 3: 'warning_gb' is 'much', which is no number")]
    [InlineData("database_alerts:\n  connection_pool:\n    warning: 1.5", "line 3: 'warning' is '1.5', which is no whole number")]
    [InlineData("alerts:\n  storage: {}", "line 1: 'alerts' is not known; database_alerts and notification_channels are")]
    [InlineData("notification_channels:\n  - kind: email", "line 2: 'kind' is not known; here are: type, severity, to, webhook, api_key")]
    [InlineData("notification_channels: email", "line 1: 'notification_channels' is not a list")]
    [InlineData("database_alerts: [1]", "line 1: names with values are needed here")]
    [InlineData("database_alerts:\n  storage: {", "this is no YAML")]
    public void What_is_not_known_is_refused_with_its_line(string yaml, string reason)
    {
        File.WriteAllText(_path, yaml);
        var refused = Assert.Throws<InvalidOperationException>(() => AlertsFile.Read(_path));
        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
        Assert.Contains(_path, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_there_is_named()
    {
        var refused = Assert.Throws<InvalidOperationException>(() => AlertsFile.Read(_path + ".gone"));
        Assert.Contains($"Alerts:File names {_path}.gone", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Thresholds_that_make_no_sense_are_all_named_at_once()
    {
        var options = new AlertsOptions();
        options.ConnectionPool.Critical = 31;
        options.QueryPerformance.SlowQueryThresholdMs = 0;
        options.QueryPerformance.MaxSlowQueries = -1;
        options.Storage.CriticalGb = 1;
        options.Replication.LagWarningSeconds = double.NaN;
        options.Replication.SlotWarningGb = 0;
        options.Indexes.MaxUnused = -1;
        options.Transactions.LongestSeconds = 0;
        options.Transactions.XidAgeWarning = 0;
        options.NotificationChannels.Add(new() { Type = "pigeon" });
        options.NotificationChannels.Add(new() { Type = "slack", Severity = "loud" });
        var failures = new AlertsOptionsValidator().Validate(null, options).Failures!.ToArray();
        Assert.Equal(12, failures.Length);
        Assert.All(failures, failure => Assert.StartsWith("Alerts:", failure, StringComparison.Ordinal));
    }

    private AlertsOptions Read(string yaml)
    {
        File.WriteAllText(_path, yaml);
        return new ConfigurationBuilder().AddInMemoryCollection(AlertsFile.Read(_path)).Build().GetSection(AlertsOptions.Section).Get<AlertsOptions>()!;
    }
}
