using System.Numerics;
using System.Runtime.InteropServices;

namespace ConversationApi.Search.Models;

/// <summary>Arithmetic on rows of numbers, as many at a time as the processor takes.</summary>
internal static class Dense
{
    /// <summary>sum += factor * row.</summary>
    public static void AddScaled(Span<float> sum, ReadOnlySpan<float> row, float factor)
    {
        var sums = MemoryMarshal.Cast<float, Vector<float>>(sum);
        var rows = MemoryMarshal.Cast<float, Vector<float>>(row);
        var factors = new Vector<float>(factor);
        for (var i = 0; i < sums.Length; i++)
            sums[i] += factors * rows[i];
        for (var i = sums.Length * Vector<float>.Count; i < sum.Length; i++)
            sum[i] += factor * row[i];
    }

    /// <summary>The inner product.</summary>
    public static float Dot(ReadOnlySpan<float> one, ReadOnlySpan<float> other)
    {
        var ones = MemoryMarshal.Cast<float, Vector<float>>(one);
        var others = MemoryMarshal.Cast<float, Vector<float>>(other);
        var sums = Vector<float>.Zero;
        for (var i = 0; i < ones.Length; i++)
            sums += ones[i] * others[i];
        var sum = Vector.Sum(sums);
        for (var i = ones.Length * Vector<float>.Count; i < one.Length; i++)
            sum += one[i] * other[i];
        return sum;
    }
}
