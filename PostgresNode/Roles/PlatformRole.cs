using PostgresNode.Configuration;

namespace PostgresNode.Roles;

/// <summary>A role that logs in.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Attributes">What it may, as in CREATE ROLE.</param>
/// <param name="Password">Its password.</param>
internal sealed record PlatformRole(string Name, string Attributes, string Password)
{
    public const string Owner = "conversation_owner";
    public const string App = "app_user";
    public const string Maintenance = "maintenance";
    public const string Analytics = "analytics_reader";
    public const string Replicator = "replicator";
    public const string Repmgr = "repmgr";

    public static IReadOnlyList<PlatformRole> All(RolePasswords passwords) =>
    [
        new("postgres", "LOGIN SUPERUSER", passwords.Superuser),
        new(Owner, "LOGIN NOSUPERUSER NOCREATEROLE NOCREATEDB", passwords.Owner),
        new(App, "LOGIN NOSUPERUSER NOCREATEROLE NOCREATEDB", passwords.App),
        new(Maintenance, "LOGIN NOSUPERUSER NOCREATEROLE NOCREATEDB", passwords.Maintenance),
        new(Analytics, "LOGIN NOSUPERUSER NOCREATEROLE NOCREATEDB", passwords.Analytics),
        new(Replicator, "LOGIN REPLICATION NOSUPERUSER NOCREATEROLE NOCREATEDB", passwords.Replication),
        new(Repmgr, "LOGIN REPLICATION NOSUPERUSER NOCREATEROLE NOCREATEDB", passwords.Repmgr),
    ];
}
