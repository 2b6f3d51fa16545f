namespace MaintenanceWorker.Monitoring.Instruments;

/// <summary>Names of attributes: OpenTelemetry's conventions, and the Collector's PostgreSQL receiver where they have none.</summary>
internal static class AttributeNames
{
    public const string ServerAddress = "server.address";
    public const string ServerPort = "server.port";
    public const string Namespace = "db.namespace";
    public const string Collection = "db.collection.name";
    public const string Index = "postgresql.index.name";
    public const string QueryId = "postgresql.queryid";
    public const string ApplicationName = "postgresql.application_name";
    public const string ConflictType = "postgresql.conflict.type";
    public const string ReplicationClient = "replication_client";
    public const string Operation = "operation";
    public const string Source = "source";
    public const string State = "state";
    public const string Type = "type";
    public const string Relation = "relation";
    public const string Mode = "mode";
    public const string LockType = "lock_type";
    public const string Role = "role";
    public const string Slot = "slot";
    public const string Status = "status";
    public const string Group = "group";
    public const string ErrorType = "error.type";
    public const string Node = "node";

    /// <summary>Stands for everything beyond a limit.</summary>
    public const string Other = "other";
}
