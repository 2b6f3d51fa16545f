using Npgsql;

namespace ConversationData.Roles;

/// <summary>
/// What must be there before the first migration: the roles, the extensions, and the owner's right to create.
/// The cluster's nodes see to all of it; on a server of someone else's it is done here, as far as the login may.
/// </summary>
public static class DatabasePreparation
{
    private static readonly string[] _extensions = ["vector", "pg_trgm"];

    // The first with type halfvec.
    private static readonly Version _halfVectors = new(0, 7);

    /// <summary>Makes what is missing; changes nothing when all is there.</summary>
    /// <param name="connection">Open, as the login itself (not as the owner by SET ROLE).</param>
    /// <param name="cancellationToken">Stops between statements.</param>
    /// <returns>What was made, one sentence each.</returns>
    /// <exception cref="DatabaseNotPreparedException">Something is missing and this login may not make it.</exception>
    public static async Task<IReadOnlyList<string>> PrepareAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(connection);
        var made = new List<string>();
        foreach (var role in DatabaseRoles.All)
        {
            if (await ExistsAsync(connection, "SELECT 1 FROM pg_roles WHERE rolname = $1", role, cancellationToken))
                continue;
            await MakeAsync(connection, $"CREATE ROLE {role} NOLOGIN", cancellationToken);
            made.Add($"role {role} (without login)");
        }

        foreach (var extension in _extensions)
        {
            if (await ExistsAsync(connection, "SELECT 1 FROM pg_extension WHERE extname = $1", extension, cancellationToken))
                continue;
            await MakeAsync(connection, $"CREATE EXTENSION IF NOT EXISTS {extension} SCHEMA public", cancellationToken);
            made.Add($"extension {extension}");
        }

        await CheckVectorsAsync(connection, cancellationToken);
        await LetOwnerCreateAsync(connection, made, cancellationToken);
        foreach (var role in DatabaseRoles.All)
        {
            // Everybody has this right unless somebody took it away.
            if (await ExistsAsync(connection, "SELECT 1 WHERE has_schema_privilege($1, 'public', 'USAGE')", role, cancellationToken))
                continue;
            await MakeAsync(connection, $"GRANT USAGE ON SCHEMA public TO {role}", cancellationToken);
            made.Add($"the right of {role} to use schema public");
        }

        return made;
    }

    private static async Task CheckVectorsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT extversion FROM pg_extension WHERE extname = 'vector'", connection);
        var text = (string?)await command.ExecuteScalarAsync(cancellationToken);
        if (Version.TryParse(text, out var version) && version < _halfVectors)
        {
            throw new DatabaseNotPreparedException("ALTER EXTENSION vector UPDATE",
                new NotSupportedException($"pgvector is {text}, which has no half-precision vectors: {_halfVectors} or later must be installed on the server first"));
        }
    }

    private static async Task LetOwnerCreateAsync(NpgsqlConnection connection, List<string> made, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("""
            SELECT pg_has_role(current_user, $1, CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END), 
                   has_database_privilege($1, current_database(), 'CREATE'), has_schema_privilege($1, 'public', 'CREATE'),
                   format('%I', current_database()), format('%I', current_user)
            """, connection);
        command.Parameters.Add(new() { Value = DatabaseRoles.Owner });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var (member, database, schema) = (reader.GetBoolean(0), reader.GetBoolean(1), reader.GetBoolean(2));
        var (databaseName, login) = (reader.GetString(3), reader.GetString(4));
        await reader.DisposeAsync();

        if (!member)
            await MakeAsync(connection, $"GRANT {DatabaseRoles.Owner} TO {login}", cancellationToken);
        if (!database)
            await MakeAsync(connection, $"GRANT CREATE ON DATABASE {databaseName} TO {DatabaseRoles.Owner}", cancellationToken);
        if (!schema)
            await MakeAsync(connection, $"GRANT USAGE, CREATE ON SCHEMA public TO {DatabaseRoles.Owner}", cancellationToken);
        if (!member || !database || !schema)
            made.Add($"the right of {DatabaseRoles.Owner} to create in this database");
    }

    private static async Task<bool> ExistsAsync(NpgsqlConnection connection, string sql, string name, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.Add(new() { Value = name });
        return await command.ExecuteScalarAsync(cancellationToken) is not null;
    }

    private static async Task MakeAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        try
        {
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.DuplicateObject or PostgresErrorCodes.UniqueViolation)
        {
            // Somebody else made it in the meantime: roles are shared by all databases of a server.
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.InsufficientPrivilege or PostgresErrorCodes.UndefinedFile
            or PostgresErrorCodes.FeatureNotSupported or PostgresErrorCodes.InvalidGrantOperation)
        {
            throw new DatabaseNotPreparedException(sql, e);
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.InternalError && e.MessageText.Contains("concurrently updated", StringComparison.Ordinal))
        {
            // Two runners granted the same thing at once; one of them was enough.
        }
    }
}
