using Npgsql.Internal;

namespace Pgvector.Npgsql;

/// <summary>Reads and writes <c>halfvec</c> in the binary format.</summary>
public class HalfvecConverter : PgStreamingConverter<HalfVector>
{
    public override HalfVector Read(PgReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        var bytes = new byte[reader.CurrentRemaining];
        reader.ReadBytes(bytes);
        return BinaryFormat.ReadHalfVector(bytes);
    }

    public override async ValueTask<HalfVector> ReadAsync(PgReader reader, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(reader);
        var bytes = new byte[reader.CurrentRemaining];
        await reader.ReadBytesAsync(bytes, cancellationToken);
        return BinaryFormat.ReadHalfVector(bytes);
    }

    public override Size GetSize(SizeContext context, HalfVector value, ref object? writeState)
    {
        ArgumentNullException.ThrowIfNull(value);
        return BinaryFormat.SizeOf(value.Memory.Length, sizeof(ushort));
    }

    public override void Write(PgWriter writer, HalfVector value)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(value);
        writer.WriteBytes(BinaryFormat.Write(value.Memory.Span));
    }

    public override ValueTask WriteAsync(PgWriter writer, HalfVector value, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(value);
        return writer.WriteBytesAsync(BinaryFormat.Write(value.Memory.Span), cancellationToken);
    }
}
