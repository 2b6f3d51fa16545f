namespace ConversationData.Roles;

/// <summary>The roles that the schema gives privileges to. They belong to the whole server, so no migration drops them.</summary>
public static class DatabaseRoles
{
    /// <summary>Owns the schema; migrations run as this role.</summary>
    public const string Owner = "conversation_owner";

    /// <summary>ConversationApi: reads and changes rows, never the schema.</summary>
    public const string Application = "app_user";

    /// <summary>MaintenanceWorker.</summary>
    public const string Maintenance = "maintenance";

    /// <summary>Reports: SELECT only.</summary>
    public const string Analytics = "analytics_reader";

    /// <summary>Every role.</summary>
    public static IReadOnlyList<string> All { get; } = [Owner, Application, Maintenance, Analytics];
}
