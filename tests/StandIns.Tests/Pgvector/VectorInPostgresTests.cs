using Npgsql;
using Pgvector;

namespace StandIns.Tests.Pgvector;

public class VectorInPostgresTests(PostgresServer server) : IClassFixture<PostgresServer>
{
    [Theory]
    [InlineData(3)]
    [InlineData(1536)]
    [InlineData(16000)]
    public async Task A_vector_and_a_half_vector_come_back_as_they_went(int dimensions)
    {
        await using var source = Source();
        var sent = new Vector(Enumerable.Range(0, dimensions).Select(i => i / 7f).ToArray());
        var sentHalf = new HalfVector(Enumerable.Range(0, dimensions).Select(i => (Half)(i / 7f)).ToArray());
        await using var command = source.CreateCommand("SELECT $1, $2, $1::text, vector_dims($1)");
        command.Parameters.AddWithValue(sent);
        command.Parameters.AddWithValue(sentHalf);
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        Assert.Equal(sent, reader.GetFieldValue<Vector>(0));
        Assert.Equal(sentHalf, Assert.IsType<HalfVector>(reader.GetValue(1)));
        Assert.Equal(sent, new Vector(reader.GetString(2)));
        Assert.Equal(dimensions, reader.GetInt32(3));
    }

    [Fact]
    public async Task Many_large_vectors_stream_through_arrays_and_sequential_access()
    {
        await using var source = Source();
        var sent = Enumerable.Range(1, 20).Select(i => new Vector(Enumerable.Repeat((float)i, 3000).ToArray())).ToArray();
        await using var command = source.CreateCommand("SELECT $1, unnest($1)");
        command.Parameters.AddWithValue(sent);
        await using var reader = await command.ExecuteReaderAsync(System.Data.CommandBehavior.SequentialAccess);
        foreach (var expected in sent)
        {
            Assert.True(await reader.ReadAsync());
            Assert.Equal(sent, reader.GetFieldValue<Vector[]>(0));
            Assert.Equal(expected, await reader.GetFieldValueAsync<Vector>(1));
        }
    }

    [Fact]
    public async Task A_vector_of_the_wrong_size_is_refused_by_the_server_and_the_connection_lives_on()
    {
        await using var source = Source();
        await using var connection = await source.OpenConnectionAsync();
        await using var create = new NpgsqlCommand("CREATE TEMP TABLE sized (v vector(3))", connection);
        await create.ExecuteNonQueryAsync();
        await using var insert = new NpgsqlCommand("INSERT INTO sized VALUES ($1)", connection) { Parameters = { new() { Value = new Vector("[1,2]") } } };
        var refused = await Assert.ThrowsAsync<PostgresException>(() => insert.ExecuteNonQueryAsync());
        Assert.Contains("expected 3 dimensions", refused.MessageText, StringComparison.Ordinal);
        insert.Parameters[0].Value = new Vector("[1,2,3]");
        Assert.Equal(1, await insert.ExecuteNonQueryAsync());
    }

    private NpgsqlDataSource Source()
    {
        var builder = new NpgsqlDataSourceBuilder(server.ConnectionString);
        builder.UseVector();
        return builder.Build();
    }
}
