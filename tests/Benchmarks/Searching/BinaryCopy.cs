using System.Buffers.Binary;

namespace Benchmarks.Searching;

/// <summary>COPY's binary form, for vectors in great numbers.</summary>
internal static class BinaryCopy
{
    private static readonly byte[] _signature = [.. "PGCOPY\n"u8, 0xff, (byte)'\r', (byte)'\n', 0, 0, 0, 0, 0, 0, 0, 0, 0];

    public static ValueTask HeaderAsync(Stream copy, CancellationToken cancellationToken) => copy.WriteAsync(_signature, cancellationToken);

    public static async ValueTask RowAsync(Stream copy, CancellationToken cancellationToken, params byte[][] fields)
    {
        var row = new byte[2 + fields.Sum(field => 4 + field.Length)];
        BinaryPrimitives.WriteInt16BigEndian(row, (short)fields.Length);
        var at = 2;
        foreach (var field in fields)
        {
            BinaryPrimitives.WriteInt32BigEndian(row.AsSpan(at), field.Length);
            field.CopyTo(row, at + 4);
            at += 4 + field.Length;
        }

        await copy.WriteAsync(row, cancellationToken);
    }

    public static ValueTask EndAsync(Stream copy, CancellationToken cancellationToken) => copy.WriteAsync(new byte[] { 0xff, 0xff }, cancellationToken);

    public static byte[] Int(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }

    public static byte[] Float(float value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteSingleBigEndian(bytes, value);
        return bytes;
    }

    public static byte[] HalfVector(float[] vector)
    {
        var bytes = new byte[4 + (2 * vector.Length)];
        BinaryPrimitives.WriteInt16BigEndian(bytes, (short)vector.Length);
        for (var i = 0; i < vector.Length; i++)
            BinaryPrimitives.WriteHalfBigEndian(bytes.AsSpan(4 + (2 * i)), (Half)vector[i]);
        return bytes;
    }
}
