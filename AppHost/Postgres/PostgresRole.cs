namespace AppHost.Postgres;

/// <summary>The roles that log in, each with only what it needs.</summary>
internal enum PostgresRole
{
    /// <summary>The server's superuser, for people; services never use it. Deployed, it is let in on the node itself alone.</summary>
    Superuser,

    /// <summary>Owns the schema: migrations.</summary>
    Owner,

    /// <summary>Reads and writes rows: the API.</summary>
    App,

    /// <summary>Watches, vacuums, reindexes: the worker.</summary>
    Maintenance,

    /// <summary>Reads: analysts.</summary>
    Analytics,

    /// <summary>Streams WAL between the nodes.</summary>
    Replication,

    /// <summary>repmgr's own.</summary>
    Repmgr,
}

internal static class PostgresRoleNames
{
    public static string UserName(this PostgresRole role) => role switch
    {
        PostgresRole.Superuser => "postgres",
        PostgresRole.Owner => "conversation_owner",
        PostgresRole.App => "app_user",
        PostgresRole.Maintenance => "maintenance",
        PostgresRole.Analytics => "analytics_reader",
        PostgresRole.Replication => "replicator",
        PostgresRole.Repmgr => "repmgr",
        _ => throw new ArgumentOutOfRangeException(nameof(role), role, null),
    };
}
