using Microsoft.EntityFrameworkCore;
using Npgsql;
using Pgvector;
using Pgvector.EntityFrameworkCore;

namespace StandIns.Tests.Pgvector;

public class VectorInEntityFrameworkTests(PostgresServer server) : IClassFixture<PostgresServer>
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Distances_are_computed_and_ordered_by_the_server(bool ownDataSource)
    {
        var sources = new NpgsqlDataSourceBuilder(server.ConnectionString);
        sources.UseVector();
        await using var source = sources.Build();
        var options = new DbContextOptionsBuilder<ItemContext>();
        _ = ownDataSource
            ? options.UseNpgsql(source, npgsql => npgsql.UseVector())
            : options.UseNpgsql(server.ConnectionString, npgsql => npgsql.UseVector());
        await using var context = new ItemContext(options.Options);
        await context.Database.ExecuteSqlRawAsync("DROP TABLE IF EXISTS items");
        await context.Database.ExecuteSqlRawAsync(context.Database.GenerateCreateScript());
        context.AddRange(Item(1, 1, 0, 0), Item(2, 0, 2, 0), Item(3, 3, 4, 0));
        await context.SaveChangesAsync();

        var at = new Vector("[1,0,0]");
        var half = new HalfVector("[1,0,0]");
        var query = context.Items.OrderBy(item => item.Embedding!.CosineDistance(at)).ThenByDescending(item => item.Id).Select(item => new
        {
            item.Id,
            Cosine = item.Embedding!.CosineDistance(at),
            Euclid = item.Embedding!.L2Distance(at),
            Inner = item.Embedding!.MaxInnerProduct(at),
            Taxi = item.Embedding!.L1Distance(at),
            HalfEuclid = item.HalfEmbedding!.L2Distance(half),
        });
        Assert.All(["<=>", "<->", "<#>", "<+>"], symbol => Assert.Contains(symbol, query.ToQueryString(), StringComparison.Ordinal));

        var found = await query.ToListAsync();
        Assert.Equal([1, 3, 2], found.Select(row => row.Id));
        var third = found[1];
        Assert.Equal(0.4, third.Cosine, 6);
        Assert.Equal(Math.Sqrt(20), third.Euclid, 6);
        Assert.Equal(-3, third.Inner, 6);
        Assert.Equal(6, third.Taxi, 6);
        Assert.Equal(Math.Sqrt(20), third.HalfEuclid, 2);
    }

    [Fact]
    public async Task Columns_have_their_sizes_and_changes_and_nulls_are_saved()
    {
        var options = new DbContextOptionsBuilder<ItemContext>().UseNpgsql(server.ConnectionString, npgsql => npgsql.UseVector()).Options;
        await using var context = new ItemContext(options);
        var script = context.Database.GenerateCreateScript();
        Assert.Contains("\"Embedding\" vector(3)", script, StringComparison.Ordinal);
        Assert.Contains("\"HalfEmbedding\" halfvec(3)", script, StringComparison.Ordinal);
        Assert.Contains("\"Free\" vector,", script.Replace("vector\n", "vector,\n", StringComparison.Ordinal), StringComparison.Ordinal);

        await context.Database.ExecuteSqlRawAsync("DROP TABLE IF EXISTS items");
        await context.Database.ExecuteSqlRawAsync(script);
        var item = Item(7, 1, 1, 1);
        context.Add(item);
        await context.SaveChangesAsync();
        item.Embedding = new Vector("[1,1,1]");
        Assert.False(context.ChangeTracker.HasChanges());
        item.Embedding = null;
        Assert.Equal(1, await context.SaveChangesAsync());
        Assert.Null(await context.Items.Select(saved => saved.Embedding).SingleAsync());
    }

    private static Item Item(int id, params float[] elements) => new()
    {
        Id = id,
        Embedding = new Vector(elements),
        HalfEmbedding = new HalfVector(elements.Select(element => (Half)element).ToArray()),
    };
}
