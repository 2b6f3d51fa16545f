namespace ConversationData.Messages;

/// <summary>What is remarkable about a stored message; any number of them in <c>conversation_messages.marks</c>.</summary>
public static class MessageMarks
{
    /// <summary>A report that mail could not be delivered.</summary>
    public const string Bounce = "bounce";

    /// <summary>Written by a machine: out of office and the like.</summary>
    public const string AutoReply = "auto_reply";

    /// <summary>Came through a mailing list or a bulk sender.</summary>
    public const string List = "list";

    /// <summary>Came without a Message-ID, so that one was made from its content.</summary>
    public const string SyntheticId = "synthetic_id";

    /// <summary>Another message with the same Message-ID and other content came first.</summary>
    public const string ReusedId = "reused_id";

    /// <summary>Its date was missing, unreadable or in the future, so the time of arrival stands in its place.</summary>
    public const string ArrivalDate = "arrival_date";

    /// <summary>Every mark.</summary>
    public static IReadOnlyList<string> All { get; } = [Bounce, AutoReply, List, SyntheticId, ReusedId, ArrivalDate];

    /// <summary>The marks of mail that nobody waits for an answer to.</summary>
    public static IReadOnlyList<string> WantsNoAnswer { get; } = [Bounce, AutoReply, List];
}
