using Npgsql;

namespace ConversationData.Connections;

/// <summary>Reads <c>postgresql://user:password@host:port,host:port/database?sslmode=require</c>, which <see cref="Uri"/> cannot with several hosts.</summary>
public static class DatabaseUrl
{
    /// <summary>The same as a connection string.</summary>
    /// <exception cref="FormatException">It is no such URL. The message repeats no password.</exception>
    public static NpgsqlConnectionStringBuilder Parse(string url)
    {
        ArgumentNullException.ThrowIfNull(url);
        var scheme = url.IndexOf("://", StringComparison.Ordinal);
        // SQLAlchemy writes the driver after a plus: postgresql+psycopg2.
        if (scheme < 0 || url[..scheme].Split('+')[0] is not ("postgresql" or "postgres"))
            throw new FormatException("it does not begin with postgresql:// or postgres://");

        var rest = url[(scheme + 3)..];
        var query = Cut(ref rest, '?');
        var database = Cut(ref rest, '/');
        var at = rest.LastIndexOf('@');
        var (user, hosts) = at < 0 ? ("", rest) : (rest[..at], rest[(at + 1)..]);
        if (hosts.Length == 0)
            throw new FormatException("it names no host");

        var builder = new NpgsqlConnectionStringBuilder { Host = Uri.UnescapeDataString(hosts) };
        if (!string.IsNullOrEmpty(database))
            builder.Database = Uri.UnescapeDataString(database);
        var password = Cut(ref user, ':');
        if (user.Length > 0)
            builder.Username = Uri.UnescapeDataString(user);
        if (password is not null)
            builder.Password = Uri.UnescapeDataString(password);
        foreach (var pair in (query ?? "").Split('&', StringSplitOptions.RemoveEmptyEntries))
            Set(builder, pair);
        return builder;
    }

    private static void Set(NpgsqlConnectionStringBuilder builder, string pair)
    {
        var value = Cut(ref pair, '=') is { } text ? Uri.UnescapeDataString(text) : "";
        switch (pair)
        {
            case "sslmode": builder["SSL Mode"] = value.Replace("-", "", StringComparison.Ordinal); break;
            case "sslrootcert": builder.RootCertificate = value; break;
            case "application_name": builder.ApplicationName = value; break;
            case "connect_timeout": builder["Timeout"] = value; break;
            case "options": builder.Options = value; break;
            case "target_session_attrs": break;
            default: throw new FormatException($"the parameter '{pair}' is not known (sslmode, sslrootcert, application_name, connect_timeout, options are)");
        }
    }

    private static string? Cut(ref string text, char separator)
    {
        var index = text.IndexOf(separator);
        if (index < 0)
            return null;
        var tail = text[(index + 1)..];
        text = text[..index];
        return tail;
    }
}
