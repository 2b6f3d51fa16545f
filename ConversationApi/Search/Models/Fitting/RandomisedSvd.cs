using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Double;

namespace ConversationApi.Search.Models.Fitting;

/// <summary>
/// The first right singular vectors of a large sparse matrix: a random sketch of its row space, sharpened by power iterations, and an
/// exact decomposition of the small matrix that is left. Only matrices as wide as the sketch are dense.
/// </summary>
internal static class RandomisedSvd
{
    private const int Oversampling = 40;
    private const int Iterations = 6;

    // What is smaller, compared with the greatest, is noise of single precision.
    private const double Noise = 1e-9;

    /// <param name="matrix">The matrix.</param>
    /// <param name="rank">How many vectors at most; there are fewer when the matrix has a lower rank.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>A row for each column of the matrix, one after the other, and how long they are.</returns>
    public static (float[] Rows, int Count) RightVectors(SparseRows matrix, int rank, CancellationToken cancellationToken)
    {
        // The same sample gives the same model: nothing here needs to be unpredictable.
        var random = new MathNet.Numerics.Distributions.Normal(0, 1, new MathNet.Numerics.Random.MersenneTwister(5));
        var count = Math.Min(rank + Oversampling, Math.Min(matrix.Height, matrix.Width));
        var sketch = new float[matrix.Height * count];
        for (var i = 0; i < sketch.Length; i++)
            sketch[i] = (float)random.Sample();
        var space = Orthonormal(matrix.TransposedTimes(sketch, count, cancellationToken), ref count);
        for (var i = 0; i < Iterations && count > 0; i++)
            space = Orthonormal(matrix.TransposedTimes(matrix.Times(space, count, cancellationToken), count, cancellationToken), ref count);
        if (count == 0)
            return ([], 0);

        var (values, vectors) = Eigen(matrix.Times(space, count, cancellationToken), count);
        var kept = Enumerable.Range(0, count).OrderByDescending(i => values[i]).Where(i => values[i] > Noise * values.Max()).Take(rank).ToArray();
        return (Times(space, count, kept, (row, column) => vectors[row, column]), kept.Length);
    }

    /// <summary>The same column space by columns at right angles, of length one; fewer where some depend on others.</summary>
    private static float[] Orthonormal(float[] columns, ref int count)
    {
        var (values, vectors) = Eigen(columns, count);
        var most = values.Max();
        var kept = Enumerable.Range(0, count).Where(i => values[i] > Noise * most && values[i] > 0).ToArray();
        var result = Times(columns, count, kept, (row, column) => vectors[row, column] / Math.Sqrt(values[column]));
        count = kept.Length;
        return result;
    }

    /// <summary>Eigenvalues and eigenvectors of the columns' inner products with each other.</summary>
    private static (double[] Values, Matrix<double> Vectors) Eigen(float[] columns, int count)
    {
        var products = new DenseMatrix(count);
        var sums = new float[count];
        var storage = products.Values;
        for (var at = 0; at < columns.Length; at += count)
        {
            var row = columns.AsSpan(at, count);
            for (var i = 0; i < count; i++)
            {
                if (row[i] == 0)
                    continue;
                Array.Clear(sums);
                Dense.AddScaled(sums.AsSpan(i), row[i..], row[i]);
                for (var j = i; j < count; j++)
                    storage[(i * count) + j] += sums[j];
            }
        }

        for (var i = 0; i < count; i++)
            for (var j = 0; j < i; j++)
                storage[(i * count) + j] = storage[(j * count) + i];
        var eigen = products.Evd(Symmetricity.Symmetric);
        return ([.. eigen.EigenValues.Select(value => value.Real)], eigen.EigenVectors);
    }

    /// <summary>A tall matrix times some columns of a small one.</summary>
    private static float[] Times(float[] tall, int count, int[] kept, Func<int, int, double> small)
    {
        var factors = new float[count * kept.Length];
        for (var row = 0; row < count; row++)
            for (var column = 0; column < kept.Length; column++)
                factors[(row * kept.Length) + column] = (float)small(row, kept[column]);
        var height = tall.Length / count;
        var product = new float[height * kept.Length];
        for (var row = 0; row < height; row++)
            for (var i = 0; i < count; i++)
                if (tall[(row * count) + i] is not 0 and var factor)
                    Dense.AddScaled(product.AsSpan(row * kept.Length, kept.Length), factors.AsSpan(i * kept.Length, kept.Length), factor);
        return product;
    }
}
