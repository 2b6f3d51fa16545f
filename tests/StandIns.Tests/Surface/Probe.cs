using System.Diagnostics.CodeAnalysis;

namespace StandIns.Tests.Surface;

/// <summary>A type with one of each kind of member, and its lines as the surface files would have them.</summary>
public class Probe : IDisposable
{
    public static readonly IReadOnlyList<string> Lines =
    [
        "new(string name, params Int16[] rest)",
        "int? Size { get; set; }",
        "static IReadOnlyList<string> Lines",
        "static T Create<T>(Dictionary<string, T> source, ref Single value, int count = 3, string text = \"x\", CancellationToken token = null)"
            + " where T : System.IO.Stream  [experimental PROBE001]",
        "void Dispose()",
    ];

    public Probe(string name, params short[] rest) => Size = name.Length + rest.Length;

    public int? Size { get; set; }

    [Experimental("PROBE001")]
    public static T Create<T>(Dictionary<string, T> source, out float value, int count = 3, string text = "x", CancellationToken token = default)
        where T : Stream
    {
        value = count + text.Length;
        token.ThrowIfCancellationRequested();
        return source[text];
    }

    public void Dispose() => GC.SuppressFinalize(this);
}
