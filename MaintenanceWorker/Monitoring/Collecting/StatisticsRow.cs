using MaintenanceWorker.Monitoring.Sql;
using Npgsql;

namespace MaintenanceWorker.Monitoring.Collecting;

/// <summary>A row of a <see cref="StatisticsQuery"/>.</summary>
internal sealed record StatisticsRow(string[] Labels, double?[] Values, double Rank)
{
    public static async Task<List<StatisticsRow>> ReadAsync(NpgsqlConnection connection, StatisticsQuery query, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(query.Sql, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        List<StatisticsRow> rows = [];
        while (await reader.ReadAsync(cancellationToken))
            rows.Add(Read(reader, query));
        return rows;
    }

    private static StatisticsRow Read(NpgsqlDataReader reader, StatisticsQuery query)
    {
        var labels = new string[query.Labels.Count];
        for (var i = 0; i < labels.Length; i++)
            labels[i] = reader.GetString(i);
        var values = new double?[query.Measures.Count];
        for (var i = 0; i < values.Length; i++)
            values[i] = Number(reader, labels.Length + i);
        return new(labels, values, query.Limit == SeriesLimit.None ? 0 : Number(reader, labels.Length + values.Length) ?? 0);
    }

    private static double? Number(NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetFieldType(column) == typeof(long) ? reader.GetInt64(column) : reader.GetDouble(column);
}
