using Npgsql;
using NpgsqlTypes;

namespace ConversationApi.Search;

/// <summary>The values of a statement that is put together.</summary>
internal sealed class SqlParameters
{
    private readonly List<NpgsqlParameter> _values = [];

    /// <summary>In the order of their numbers.</summary>
    public NpgsqlParameter[] Values => [.. _values];

    /// <returns>The parameter in SQL, with its type.</returns>
    public string Add(object value, NpgsqlDbType type)
    {
        _values.Add(new() { Value = value, NpgsqlDbType = type });
        return $"${_values.Count}::{NameOf(type)}";
    }

    /// <summary>A value whose type the statement says.</summary>
    public string Add(object value)
    {
        _values.Add(new() { Value = value });
        return $"${_values.Count}";
    }

    private static string NameOf(NpgsqlDbType type) => type switch
    {
        NpgsqlDbType.Double => "float8",
        NpgsqlDbType.Integer => "int",
        NpgsqlDbType.Bigint => "bigint",
        NpgsqlDbType.Uuid => "uuid",
        NpgsqlDbType.TimestampTz => "timestamptz",
        NpgsqlDbType.Array | NpgsqlDbType.Text => "text[]",
        NpgsqlDbType.Array | NpgsqlDbType.Double => "float8[]",
        _ => "text",
    };
}
