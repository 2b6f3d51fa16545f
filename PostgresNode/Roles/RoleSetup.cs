using Microsoft.Extensions.Options;
using Npgsql;
using PostgresNode.Configuration;

namespace PostgresNode.Roles;

/// <summary>Makes sure of the roles and their verifiers; changes only what differs.</summary>
internal sealed partial class RoleSetup(IOptions<PostgresNodeOptions> options, ILogger<RoleSetup> logger)
{
    public async Task EnsureAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var stored = await VerifiersAsync(connection, cancellationToken);
        var statements = new List<string>();
        foreach (var role in PlatformRole.All(options.Value.Passwords))
        {
            var exists = stored.TryGetValue(role.Name, out var verifier);
            var password = ScramVerifier.Matches(verifier, role.Password) ? "" : $" PASSWORD '{ScramVerifier.Create(role.Password)}'";
            statements.Add($"{(exists ? "ALTER" : "CREATE")} ROLE {role.Name} {role.Attributes}{password}");
            if (verifier is not null && password.Length > 0)
                PasswordChanged(role.Name);
        }
        // The guide's administrator is there for the day it is needed; whoever enables its login gives it a password.
        if (!stored.ContainsKey("db_admin"))
            statements.Add("CREATE ROLE db_admin SUPERUSER NOLOGIN");
        statements.AddRange(Memberships(connection.PostgreSqlVersion.Major, stored.ContainsKey("maintenance_as_owner")));
        await connection.ExecuteAsync(string.Join(";\n", statements), cancellationToken);
    }

    // The owner's rights come by SET ROLE alone. Before 16 that takes a role in between which does not inherit.
    private static IEnumerable<string> Memberships(int major, bool hasBetween)
    {
        yield return "GRANT pg_monitor, pg_signal_backend TO maintenance";
        yield return "GRANT pg_checkpoint TO maintenance, replicator, repmgr";
        yield return "GRANT pg_monitor TO repmgr";
        if (major >= 16)
        {
            yield return "GRANT conversation_owner TO maintenance WITH INHERIT FALSE, SET TRUE";
            yield break;
        }
        if (!hasBetween)
            yield return "CREATE ROLE maintenance_as_owner NOLOGIN NOINHERIT";
        yield return "GRANT conversation_owner TO maintenance_as_owner";
        yield return "GRANT maintenance_as_owner TO maintenance";
    }

    private static async Task<Dictionary<string, string?>> VerifiersAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT rolname::text, rolpassword FROM pg_authid", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var verifiers = new Dictionary<string, string?>();
        while (await reader.ReadAsync(cancellationToken))
            verifiers[reader.GetString(0)] = await reader.IsDBNullAsync(1, cancellationToken) ? null : reader.GetString(1);
        return verifiers;
    }

    [LoggerMessage(LogLevel.Information, "The password of {Role} is the configured one again")]
    private partial void PasswordChanged(string role);
}
