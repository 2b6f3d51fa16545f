namespace MaintenanceWorker.Alerts;

/// <summary>When the platform's state is worth somebody's attention; bound from <c>Alerts</c>. The names are those of the guide's alerts.yaml.</summary>
public sealed class AlertsOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Alerts";

    /// <summary>A file in the form of the guide's alerts.yaml, read at the start. What is configured otherwise wins over it.</summary>
    public string? File { get; set; }

    /// <summary>Sessions on the primary.</summary>
    public ConnectionPoolAlerts ConnectionPool { get; set; } = new();

    /// <summary>Slow statements.</summary>
    public QueryPerformanceAlerts QueryPerformance { get; set; } = new();

    /// <summary>Databases and WAL on the primary.</summary>
    public StorageAlerts Storage { get; set; } = new();

    /// <summary>Standbys and replication slots.</summary>
    public ReplicationAlerts Replication { get; set; } = new();

    /// <summary>Indexes.</summary>
    public IndexAlerts Indexes { get; set; } = new();

    /// <summary>Transactions.</summary>
    public TransactionAlerts Transactions { get; set; } = new();

    /// <summary>Whom to tell. Kept for the day when notifications are sent.</summary>
    public IList<NotificationChannel> NotificationChannels { get; } = [];
}

/// <summary>Thresholds as sessions of a pool; they count as the same share of what the server allows.</summary>
public sealed class ConnectionPoolAlerts
{
    /// <summary>Sessions above which to warn, 1 to <see cref="PoolSize"/>; 20 by default.</summary>
    public int Warning { get; set; } = 20;

    /// <summary>Sessions above which it is serious, from <see cref="Warning"/> to <see cref="PoolSize"/>; 25 by default.</summary>
    public int Critical { get; set; } = 25;

    /// <summary>The size of the pool that the two are part of, 1 or more; 30 by default, which makes them 67 and 83 percent.</summary>
    public int PoolSize { get; set; } = 30;
}

/// <summary>Thresholds for statements.</summary>
public sealed class QueryPerformanceAlerts
{
    /// <summary>The mean time from which a statement is slow, above 0, in milliseconds; 1000 by default.</summary>
    public double SlowQueryThresholdMs { get; set; } = 1000;

    /// <summary>How many slow statements there may be, 0 or more; 10 by default.</summary>
    public int MaxSlowQueries { get; set; } = 10;
}

/// <summary>Thresholds for disk space; a GB is 10⁹ bytes.</summary>
public sealed class StorageAlerts
{
    /// <summary>Size above which to warn, above 0, in GB; 50 by default.</summary>
    public double WarningGb { get; set; } = 50;

    /// <summary>Size above which it is critical, from <see cref="WarningGb"/>, in GB; 80 by default.</summary>
    public double CriticalGb { get; set; } = 80;
}

/// <summary>Thresholds for replication.</summary>
public sealed class ReplicationAlerts
{
    /// <summary>Lag above which to warn, above 0, in seconds; 10 by default.</summary>
    public double LagWarningSeconds { get; set; } = 10;

    /// <summary>Lag above which it is critical, from <see cref="LagWarningSeconds"/>, in seconds; 60 by default.</summary>
    public double LagCriticalSeconds { get; set; } = 60;

    /// <summary>WAL that a slot nobody uses may hold back, above 0, in GB; 1 by default.</summary>
    public double SlotWarningGb { get; set; } = 1;
}

/// <summary>Thresholds for indexes.</summary>
public sealed class IndexAlerts
{
    /// <summary>How many indexes that no query uses there may be, 0 or more; 5 by default.</summary>
    public int MaxUnused { get; set; } = 5;
}

/// <summary>Thresholds for transactions.</summary>
public sealed class TransactionAlerts
{
    /// <summary>How long a transaction of a client may be open, above 0, in seconds; 3600 by default.</summary>
    public double LongestSeconds { get; set; } = 3600;

    /// <summary>Transactions since a database was last frozen above which to warn, 1 or more; 500 million by default. The server stops taking writes at 2 billion.</summary>
    public long XidAgeWarning { get; set; } = 500_000_000;

    /// <summary>Transactions since a database was last frozen above which it is critical, from <see cref="XidAgeWarning"/>; 1.5 billion by default.</summary>
    public long XidAgeCritical { get; set; } = 1_500_000_000;
}
