using Npgsql;
using NpgsqlTypes;

namespace ConversationApi.Search;

/// <summary>The values of a statement that is put together.</summary>
internal sealed class SqlParameters
{
    private readonly List<NpgsqlParameter> _values = [];

    /// <summary>In the order of their numbers.</summary>
    public NpgsqlParameter[] Values => [.. _values];

    /// <returns>The parameter's name in SQL.</returns>
    public string Add(object value, NpgsqlDbType type)
    {
        _values.Add(new() { Value = value, NpgsqlDbType = type });
        return $"${_values.Count}";
    }

    /// <summary>A value whose type says what it is.</summary>
    public string Add(object value)
    {
        _values.Add(new() { Value = value });
        return $"${_values.Count}";
    }
}
