namespace PostgresNode;

/// <summary>Why the node is not up, in words for the person who has to do something about it.</summary>
/// <param name="message">What is wrong and what can be done.</param>
/// <param name="permanent">Whether trying again is of no use until somebody changes something: the program ends with <see cref="ExitCode"/>.</param>
/// <param name="inner">What showed it.</param>
internal class NodeFaultException(string message, bool permanent = false, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>EX_CONFIG of sysexits.h: do not start me again as I am.</summary>
    public const int ExitCode = 78;

    public bool Permanent { get; } = permanent;
}
