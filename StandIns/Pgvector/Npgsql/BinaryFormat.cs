using System.Buffers.Binary;

namespace Pgvector.Npgsql;

/// <summary>PostgreSQL's binary form of a dense vector: int16 dimensions, int16 unused, then the elements, all big-endian.</summary>
internal static class BinaryFormat
{
    public const int HeaderBytes = 4;

    public static int SizeOf(int dimensions, int elementBytes) => HeaderBytes + dimensions * elementBytes;

    public static void WriteHeader(Span<byte> destination, int dimensions)
    {
        BinaryPrimitives.WriteInt16BigEndian(destination, checked((short)dimensions));
        BinaryPrimitives.WriteInt16BigEndian(destination[2..], 0);
    }

    public static int ReadHeader(ReadOnlySpan<byte> source, int elementBytes)
    {
        var dimensions = source.Length < HeaderBytes ? -1 : BinaryPrimitives.ReadInt16BigEndian(source);
        if (dimensions < 0 || source.Length != SizeOf(dimensions, elementBytes))
            throw new InvalidDataException($"The server sent {source.Length} bytes, which is no vector of {dimensions} dimensions.");

        return dimensions;
    }

    public static byte[] Write(ReadOnlySpan<float> elements)
    {
        var bytes = new byte[SizeOf(elements.Length, sizeof(float))];
        WriteHeader(bytes, elements.Length);
        for (var i = 0; i < elements.Length; i++)
            BinaryPrimitives.WriteSingleBigEndian(bytes.AsSpan(HeaderBytes + i * sizeof(float)), elements[i]);

        return bytes;
    }

    public static byte[] Write(ReadOnlySpan<Half> elements)
    {
        var bytes = new byte[SizeOf(elements.Length, sizeof(ushort))];
        WriteHeader(bytes, elements.Length);
        for (var i = 0; i < elements.Length; i++)
            BinaryPrimitives.WriteHalfBigEndian(bytes.AsSpan(HeaderBytes + i * sizeof(ushort)), elements[i]);

        return bytes;
    }

    public static Vector ReadVector(ReadOnlySpan<byte> source)
    {
        var elements = new float[ReadHeader(source, sizeof(float))];
        for (var i = 0; i < elements.Length; i++)
            elements[i] = BinaryPrimitives.ReadSingleBigEndian(source[(HeaderBytes + i * sizeof(float))..]);

        return new Vector(elements);
    }

    public static HalfVector ReadHalfVector(ReadOnlySpan<byte> source)
    {
        var elements = new Half[ReadHeader(source, sizeof(ushort))];
        for (var i = 0; i < elements.Length; i++)
            elements[i] = BinaryPrimitives.ReadHalfBigEndian(source[(HeaderBytes + i * sizeof(ushort))..]);

        return new HalfVector(elements);
    }
}
