namespace ConversationApi.Search.Models.Fitting;

/// <summary>A matrix that is zero almost everywhere: a row a message, a column a word.</summary>
/// <param name="starts">Where each row begins in the other two, and where the last one ends.</param>
/// <param name="columns">Of the numbers that are not zero.</param>
/// <param name="values">Those numbers.</param>
/// <param name="width">How many columns there are.</param>
internal sealed class SparseRows(int[] starts, int[] columns, float[] values, int width)
{
    public int Height => starts.Length - 1;

    public int Width => width;

    /// <summary>This times a dense matrix of <see cref="Width"/> rows.</summary>
    public float[] Times(float[] dense, int count, CancellationToken cancellationToken)
    {
        var product = new float[Height * count];
        for (var row = 0; row < Height; row++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var sum = product.AsSpan(row * count, count);
            for (var i = starts[row]; i < starts[row + 1]; i++)
                Dense.AddScaled(sum, dense.AsSpan(columns[i] * count, count), values[i]);
        }

        return product;
    }

    /// <summary>This, rows and columns exchanged, times a dense matrix of <see cref="Height"/> rows.</summary>
    public float[] TransposedTimes(float[] dense, int count, CancellationToken cancellationToken)
    {
        var product = new float[Width * count];
        for (var row = 0; row < Height; row++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var factor = dense.AsSpan(row * count, count);
            for (var i = starts[row]; i < starts[row + 1]; i++)
                Dense.AddScaled(product.AsSpan(columns[i] * count, count), factor, values[i]);
        }

        return product;
    }
}
