namespace ServiceDefaults.Problems;

/// <summary>A kind of problem that clients can tell from the others.</summary>
/// <param name="Name">In kebab-case; the end of <see cref="Uri"/>.</param>
/// <param name="Status">The HTTP status that goes with it.</param>
/// <param name="Title">What it is, in a few words.</param>
public sealed record ProblemType(string Name, int Status, string Title)
{
    /// <summary>What every <see cref="Uri"/> of ours begins with.</summary>
    public const string Prefix = "urn:conversation-platform:problem:";

    /// <summary>The stable <c>type</c> of problem+json.</summary>
    public string Uri => Prefix + Name;
}
