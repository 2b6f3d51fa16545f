namespace Pgvector;

/// <summary>A value of pgvector's type <c>vector</c>: single-precision elements, immutable, equal by content.</summary>
public sealed class Vector : IEquatable<Vector>
{
    public Vector(ReadOnlyMemory<float> v) => Memory = v;

    public Vector(string s) => Memory = TextFormat.Parse<float>(s);

    public ReadOnlyMemory<float> Memory { get; }

    public static bool operator ==(Vector? x, Vector? y) => x is null ? y is null : x.Equals(y);

    public static bool operator !=(Vector? x, Vector? y) => !(x == y);

    public float[] ToArray() => Memory.ToArray();

    public bool Equals(Vector? other) => other is not null && Memory.Span.SequenceEqual(other.Memory.Span);

    public override bool Equals(object? obj) => obj is Vector other && Equals(other);

    public override int GetHashCode() => ElementHash.Of(Memory.Span);

    public override string ToString() => TextFormat.Write(Memory.Span);
}
