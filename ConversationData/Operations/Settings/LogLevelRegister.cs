using ConversationData.Connections;
using Npgsql;
using NpgsqlTypes;

namespace ConversationData.Operations.Settings;

/// <summary>The logging levels that were set while the services run.</summary>
/// <param name="data">Where they are.</param>
/// <param name="time">The clock.</param>
public sealed class LogLevelRegister(ConversationDataSource data, TimeProvider time)
{
    /// <summary>Stands for every service.</summary>
    public const string AllServices = "*";

    /// <summary>ConversationApi.</summary>
    public const string Api = "api";

    /// <summary>MaintenanceWorker.</summary>
    public const string Worker = "worker";

    /// <summary>The longest category.</summary>
    public const int MaxCategoryLength = 200;

    /// <summary>The most that are listed or read.</summary>
    public const int MostListed = 1000;

    private const string Columns = "service, category, level, set_by, set_at, expires_at";

    /// <summary>Sets a level, in place of the one that was set for the same service and category. What has expired is removed on the way.</summary>
    /// <param name="setting">The level; when it was set is filled in.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task SetAsync(LogLevelSetting setting, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(setting);
        setting.SetAt = time.GetUtcNow();
        const string Set = """
            WITH expired AS (DELETE FROM ops.log_levels WHERE expires_at <= $5 AND NOT (service = $1 AND category = $2))
            INSERT INTO ops.log_levels (service, category, level, set_by, set_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT (service, category) DO UPDATE SET level = excluded.level, set_by = excluded.set_by, set_at = excluded.set_at, expires_at = excluded.expires_at
            """;
        await data.WriteAsync(Set,
        [
            new() { Value = setting.Service }, new() { Value = setting.Category }, new() { Value = setting.Level }, new() { Value = setting.SetBy }, new() { Value = setting.SetAt },
            new() { Value = setting.ExpiresAt?.ToUniversalTime() ?? (object)DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz },
        ], cancellationToken);
    }

    /// <summary>Goes back to configuration.</summary>
    /// <param name="service">For this service; <see cref="AllServices"/> also removes what was set for single ones.</param>
    /// <param name="category">For this category alone.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>How many levels were removed.</returns>
    public Task<int> ResetAsync(string service, string category, CancellationToken cancellationToken) =>
        data.WriteAsync("DELETE FROM ops.log_levels WHERE category = $2 AND (service = $1 OR $1 = '*')", [new() { Value = service }, new() { Value = category }], cancellationToken);

    /// <summary>Those that have not expired.</summary>
    public async Task<IReadOnlyList<LogLevelSetting>> ListAsync(CancellationToken cancellationToken)
    {
        await using var command = data.Primary.CreateCommand($"SELECT {Columns} FROM ops.log_levels WHERE coalesce(expires_at > $1, true) ORDER BY service, category LIMIT {MostListed}");
        command.Parameters.Add(new() { Value = time.GetUtcNow() });
        return await ReadAsync(command, cancellationToken);
    }

    /// <summary>What counts for a service: of what was set for it and for all, the latest of each category.</summary>
    public async Task<IReadOnlyList<LogLevelSetting>> ForServiceAsync(string service, CancellationToken cancellationToken)
    {
        await using var command = data.Primary.CreateCommand($"""
            SELECT DISTINCT ON (category) {Columns} FROM ops.log_levels WHERE service IN ('*', $1) AND coalesce(expires_at > $2, true) ORDER BY category, set_at DESC LIMIT {MostListed}
            """);
        command.Parameters.Add(new() { Value = service });
        command.Parameters.Add(new() { Value = time.GetUtcNow() });
        return await ReadAsync(command, cancellationToken);
    }

    private static async Task<IReadOnlyList<LogLevelSetting>> ReadAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        var settings = new List<LogLevelSetting>();
        while (await row.ReadAsync(cancellationToken))
        {
            settings.Add(new()
            {
                Service = row.GetString(0), Category = row.GetString(1), Level = row.GetString(2), SetBy = row.GetString(3),
                SetAt = row.GetFieldValue<DateTimeOffset>(4), ExpiresAt = row.IsDBNull(5) ? null : row.GetFieldValue<DateTimeOffset>(5),
            });
        }

        return settings;
    }
}
