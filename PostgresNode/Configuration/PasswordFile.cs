namespace PostgresNode.Configuration;

/// <summary>libpq's password file: for replication, pg_basebackup, pg_rewind and repmgr, so that no password shows in a process list.</summary>
internal static class PasswordFile
{
    public static string Render(PostgresNodeOptions options) =>
        $"*:*:*:replicator:{Escape(options.Passwords.Replication)}\n*:*:*:repmgr:{Escape(options.Passwords.Repmgr)}\n";

    private static string Escape(string value) =>
        value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(":", "\\:", StringComparison.Ordinal);
}
