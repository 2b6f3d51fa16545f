namespace ConversationData.Verification;

/// <summary>How one check ended.</summary>
public enum VerificationResult
{
    /// <summary>As the model says.</summary>
    Ok,

    /// <summary>Works, but somebody should look.</summary>
    Warning,

    /// <summary>Not as the model says.</summary>
    Failed,
}

/// <summary>One check.</summary>
/// <param name="Result">How it ended.</param>
/// <param name="Kind">table, index, extension, privilege, ...</param>
/// <param name="Name">What was looked at.</param>
/// <param name="Detail">What is wrong; empty when nothing is.</param>
public sealed record VerificationFinding(VerificationResult Result, string Kind, string Name, string Detail = "")
{
    internal static VerificationFinding Expect(bool ok, string kind, string name, string otherwise) =>
        ok ? new(VerificationResult.Ok, kind, name) : new(VerificationResult.Failed, kind, name, otherwise);
}
