namespace Pgvector;

/// <summary>A value of pgvector's type <c>halfvec</c>: half-precision elements, immutable, equal by content.</summary>
public sealed class HalfVector : IEquatable<HalfVector>
{
    public HalfVector(ReadOnlyMemory<Half> v) => Memory = v;

    public HalfVector(string s) => Memory = TextFormat.Parse<Half>(s);

    public ReadOnlyMemory<Half> Memory { get; }

    public static bool operator ==(HalfVector? x, HalfVector? y) => x is null ? y is null : x.Equals(y);

    public static bool operator !=(HalfVector? x, HalfVector? y) => !(x == y);

    public Half[] ToArray() => Memory.ToArray();

    public bool Equals(HalfVector? other) => other is not null && Memory.Span.SequenceEqual(other.Memory.Span);

    public override bool Equals(object? obj) => obj is HalfVector other && Equals(other);

    public override int GetHashCode() => ElementHash.Of(Memory.Span);

    public override string ToString() => TextFormat.Write(Memory.Span);
}
