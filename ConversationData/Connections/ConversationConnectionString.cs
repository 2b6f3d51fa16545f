using System.Data.Common;
using Microsoft.Extensions.Configuration;
using Npgsql;

namespace ConversationData.Connections;

/// <summary>Reads where the database is from configuration, and adds what the platform needs of every connection.</summary>
public static class ConversationConnectionString
{
    /// <summary>Name of the connection string: <c>ConnectionStrings:conversations</c>.</summary>
    public const string Name = "conversations";

    /// <summary>
    /// The connection string, or DATABASE_URL where there is none. DB_POOL_SIZE, DB_MAX_OVERFLOW and DB_POOL_TIMEOUT (seconds) are honoured.
    /// Several hosts may be named, separated by commas.
    /// </summary>
    /// <exception cref="InvalidOperationException">Neither is configured, or what is configured cannot be read.</exception>
    public static NpgsqlConnectionStringBuilder Read(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var builder = Parse(configuration);
        // Npgsql takes this from WithTargetSession alone and refuses it in the string.
        builder.Remove("Target Session Attributes");

        SetDefault(builder, "Maximum Pool Size", Number(configuration, "DB_POOL_SIZE", 20) + Number(configuration, "DB_MAX_OVERFLOW", 10));
        SetDefault(builder, "Timeout", Number(configuration, "DB_POOL_TIMEOUT", 30));
        SetDefault(builder, "Connection Lifetime", 3600);
        SetDefault(builder, "Keepalive", 30);
        SetDefault(builder, "Host Recheck Seconds", 1);
        SetDefault(builder, "Max Auto Prepare", 64);
        SetDefault(builder, "Auto Prepare Min Usages", 2);
        // The roles have passwords; an image without Kerberos' library would complain of that at each start.
        SetDefault(builder, "GSS Encryption Mode", GssEncryptionMode.Disable);
        // A peer that is gone without a word; one that hangs and still has its kernel is for timeouts.
        if (!IsSet(builder, "Tcp Keepalive Time"))
            (builder.TcpKeepAlive, builder.TcpKeepAliveTime, builder.TcpKeepAliveInterval) = (true, 30, 10);
        // Whoever gives a statement up asks the server to cancel it and does not wait for the answer. Commits are never cancelled: see WriteTransaction.
        builder.CancellationTimeout = -1;
        return builder;
    }

    private static NpgsqlConnectionStringBuilder Parse(IConfiguration configuration)
    {
        if (configuration.GetConnectionString(Name) is { Length: > 0 } text)
        {
            try
            {
                return text.Contains("://", StringComparison.Ordinal) ? DatabaseUrl.Parse(text) : new NpgsqlConnectionStringBuilder(text);
            }
            catch (Exception e) when (e is ArgumentException or FormatException)
            {
                throw new InvalidOperationException($"The connection string '{Name}' cannot be read: {e.Message}");
            }
        }

        if (configuration["DATABASE_URL"] is not { Length: > 0 } url)
            throw new InvalidOperationException($"No database is configured. Set ConnectionStrings__{Name} (Host=...;Database=...;Username=...;Password=...) or DATABASE_URL (postgresql://user:password@host:5432/database).");
        try
        {
            return DatabaseUrl.Parse(url);
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            throw new InvalidOperationException($"DATABASE_URL cannot be read: {e.Message}");
        }
    }

    private static void SetDefault(NpgsqlConnectionStringBuilder builder, string key, object value)
    {
        if (!IsSet(builder, key))
            builder[key] = value;
    }

    // Npgsql's builder says of every keyword it knows that it contains it; a plain one holds what was set.
    private static bool IsSet(NpgsqlConnectionStringBuilder builder, string key) => new DbConnectionStringBuilder { ConnectionString = builder.ConnectionString }.ContainsKey(key);

    private static int Number(IConfiguration configuration, string key, int otherwise) =>
        configuration[key] is not { Length: > 0 } text ? otherwise
        : int.TryParse(text, out var number) && number >= 0 ? number
        : throw new InvalidOperationException($"{key} is '{text}': a whole number of 0 or more is wanted.");
}
