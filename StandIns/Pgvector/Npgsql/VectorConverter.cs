using Npgsql.Internal;

namespace Pgvector.Npgsql;

/// <summary>Reads and writes <c>vector</c> in the binary format.</summary>
public class VectorConverter : PgStreamingConverter<Vector>
{
    public override Vector Read(PgReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        var bytes = new byte[reader.CurrentRemaining];
        reader.ReadBytes(bytes);
        return BinaryFormat.ReadVector(bytes);
    }

    public override async ValueTask<Vector> ReadAsync(PgReader reader, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(reader);
        var bytes = new byte[reader.CurrentRemaining];
        await reader.ReadBytesAsync(bytes, cancellationToken);
        return BinaryFormat.ReadVector(bytes);
    }

    public override Size GetSize(SizeContext context, Vector value, ref object? writeState)
    {
        ArgumentNullException.ThrowIfNull(value);
        return BinaryFormat.SizeOf(value.Memory.Length, sizeof(float));
    }

    public override void Write(PgWriter writer, Vector value)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(value);
        writer.WriteBytes(BinaryFormat.Write(value.Memory.Span));
    }

    public override ValueTask WriteAsync(PgWriter writer, Vector value, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(value);
        return writer.WriteBytesAsync(BinaryFormat.Write(value.Memory.Span), cancellationToken);
    }
}
